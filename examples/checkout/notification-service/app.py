"""notification-service: mails what `order.confirmed` tells, and answers whether a mail was sent. PORT and KAFKA_BROKERS come from the environment."""
import logging
import os

from flask import Flask, g, jsonify, request
from werkzeug.serving import run_simple

import consumer
import request_context
from canonical_line import canonical_line

app = Flask("notification-service")


@app.before_request
def enter():
    if request.path == "/ready":
        return
    g.context = request_context.from_http(request.headers)
    g.work = canonical_line(g.context, method=request.method, path=request.path)
    g.line = g.work.__enter__()


@app.after_request
def leave(response):
    if "work" in g:
        response.headers["X-Trace-Id"] = g.context.trace_id
        g.line["status"] = response.status_code
        g.work.__exit__(None, None, None)
    return response


@app.get("/ready")
def ready():
    return ("ready", 200) if consumer.assigned.is_set() else ("no partitions yet", 503)


@app.get("/api/notifications/<order>")
def state(order):
    if order not in consumer.sent:
        g.line["error"] = "nothing was sent for this order"
        return jsonify(error=g.line["error"]), 404
    return jsonify(order_id=order, state=consumer.sent[order])


if __name__ == "__main__":
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    consumer.start()
    run_simple("127.0.0.1", int(os.environ["PORT"]), app, threaded=True)
