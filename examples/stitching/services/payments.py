"""Charges; settles later over Kafka, scores in a thread pool, and asks a network outside of the company when told to."""
import contextvars
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import requests
from confluent_kafka import Producer
from flask import request

import context
import service
from log import say

pool = ThreadPoolExecutor(4)
producer = Producer({"bootstrap.servers": os.environ["KAFKA_BROKERS"], "linger.ms": 0, "log_level": 3}) if "KAFKA_BROKERS" in os.environ else None


def work(a):
    if int(a.get("attempt", 1)) <= int(a.get("flaky", 0)):
        raise service.Broken(503, "connection pool exhausted")
    if "settle" in a:
        settle_later(a)
    if "pool" in a:
        score(a)
    if "txn" in a:
        ask_network(a)
    return a.get("fail") != "payments"


def settle_later(a):
    """The consumer's lines belong to this request only if the record says so."""
    headers = {"x-trace-id": context.current.get().trace_id} if a["settle"] == "headers" else {}
    producer.produce("settlement-request", a["user_id"].encode(), headers=headers)
    producer.flush(10)
    say("payments", "published", "settlement requested", user_id=a["user_id"])


def score(a):
    """An executor's threads do not see the caller's context variables unless they are carried over."""
    job = lambda: say("payments", "scored", "fraud score computed", user_id=a["user_id"])  # noqa: E731
    (pool.submit(contextvars.copy_context().run, job) if a["pool"] == "kept" else pool.submit(job)).result()


def ask_network(a):
    """The network outside takes no headers of ours; it returns the txn_id."""
    say("payments", "mandate", "mandate sent", user_id=a["user_id"], txn_id=a["txn"])
    callback = request.host_url + "callback"
    threading.Thread(target=lambda: (time.sleep(0.05), requests.post(callback, json={"txn_id": a["txn"], "state": "failed"}, timeout=10))).start()


def from_network():
    """The callback comes without x-trace-id: a new trace begins, and only the txn_id is the same on both sides."""
    context.accept(request.headers)
    body = request.get_json()
    say("payments", "callback", "mandate " + body["state"], txn_id=body["txn_id"])
    return {"ok": True}


app = service.make("payments", work)
app.add_url_rule("/callback", view_func=from_network, methods=["POST"])
service.serve(app)
