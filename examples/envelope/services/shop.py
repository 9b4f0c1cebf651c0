"""The edge: takes an order, gives it a correlation id, queues it, and tells the caller the id, also when it refuses."""
import logging
import os

from flask import Flask, request
from werkzeug.serving import run_simple

import envelope
import queue_of
import ulid
from log import line

app = Flask("shop")
states = {}  # order -> what the worker said


def result(message):
    payload, correlation_id, trace = envelope.unseal(message)
    states[payload["order_id"]] = payload["state"]
    line("shop", "result", correlation_id, trace, order_id=payload["order_id"], state=payload["state"])


assigned = queue_of.consume("shop", "order-results", result)


@app.get("/ready")
def ready():
    return ("ready", 200) if assigned.is_set() else ("no partitions yet", 503)


@app.post("/orders")
def take():
    given = request.headers.get("X-Correlation-Id", "")
    correlation_id = given if envelope.CORRELATION.fullmatch(given) else ulid.new()
    trace, order = envelope.child_of(request.headers.get("traceparent")), request.get_json(silent=True) or {}
    if not order.get("order_id"):
        line("shop", "refused", correlation_id, trace, "warn", status=422, error="order_id is missing")
        return envelope.answer(correlation_id, error="order_id is missing"), 422
    line("shop", "accepted", correlation_id, trace, status=202, order_id=order["order_id"])
    message = envelope.seal(order, correlation_id, trace)
    queue_of.publish("orders", order["order_id"], message)
    if order.get("twice"):  # what a broker may do: deliver again
        queue_of.publish("orders", order["order_id"], message)
    return envelope.answer(correlation_id, {"order_id": order["order_id"]}), 202


logging.getLogger("werkzeug").setLevel(logging.ERROR)
run_simple("127.0.0.1", int(os.environ["PORT"]), app, threaded=True)
