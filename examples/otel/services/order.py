"""Goes all ways at which a context can be lost. `careless` in the body takes the way without care."""
import asyncio
import json
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import grpc
import requests
from confluent_kafka import Producer
from opentelemetry import context, trace

from hop import hop, outgoing, serve, tracer

pool = ThreadPoolExecutor(2)
producer = Producer({"bootstrap.servers": os.environ["KAFKA_BROKERS"], "linger.ms": 0, "log_level": 3})


def pay(body):
    url = os.environ[{"b3": "PAYMENT_B3_URL", "no-baggage": "PAYMENT_NO_BAGGAGE_URL"}.get(body.get("payment"), "PAYMENT_URL")]
    requests.post(url + "/work", json=body, headers=outgoing(), timeout=20).raise_for_status()


def reserve(body):
    """gRPC: the context travels as metadata of the call."""
    with grpc.insecure_channel(os.environ["INVENTORY_ADDRESS"]) as channel:
        metadata = () if body.get("careless") else tuple(outgoing().items())
        channel.unary_unary("/shop.Inventory/Reserve")(json.dumps(body).encode(), metadata=metadata, timeout=20)


def publish(body):
    with tracer.start_as_current_span("publish", kind=trace.SpanKind.PRODUCER, attributes={"messaging.system": "kafka"}):
        headers = {} if body.get("careless") else {k: v.encode() for k, v in outgoing().items()}
        producer.produce("order-events", json.dumps(body).encode(), body["order_id"].encode(), headers=headers)
        producer.flush(10)


def in_pool(body):
    """A new thread has an empty context: it is taken along and attached there."""
    here = context.get_current()

    def job():
        token = None if body.get("careless") else context.attach(here)
        try:
            with hop("pool", body["order_id"]):
                pass
        finally:
            if token is not None:
                context.detach(token)
    pool.submit(job).result()


def in_tasks(body):
    """asyncio's tasks copy the context by themselves."""
    async def task(n):
        await asyncio.sleep(0.001)
        with hop("task-%d" % n, body["order_id"]):
            await asyncio.sleep(0.001)

    async def both():
        await asyncio.gather(task(1), task(2))
    asyncio.run(both())


def later(body):
    """A scheduled job is a trace of its own, with a link to what it is about."""
    cause = trace.get_current_span().get_span_context()

    def job():
        link = trace.Link(cause)
        with tracer.start_as_current_span("scheduled", links=[link]):
            with hop("scheduled", body["order_id"], linked_trace_id=format(link.context.trace_id, "032x")):
                pass
    timer = threading.Timer(0.05, job)
    timer.start()
    timer.join()


WAYS = {"http": pay, "grpc": reserve, "queue": publish, "pool": in_pool, "async": in_tasks, "scheduled": later}


def handle(body, headers):
    with hop("order", body["order_id"], headers):
        for way in body["ways"]:
            WAYS[way](body)


serve(handle)
