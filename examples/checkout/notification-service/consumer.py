"""Reads `order.confirmed` and mails; the context comes back from the record's headers."""
import json
import os
import threading
import time

from confluent_kafka import Consumer

import mail
import request_context
from canonical_line import canonical_line

TOPIC = "order.confirmed"
ATTEMPTS = 3

assigned = threading.Event()
sent = {}  # order id -> state


def consume():
    consumer = Consumer({"bootstrap.servers": os.environ["KAFKA_BROKERS"], "group.id": "notification-service", "auto.offset.reset": "earliest",
                         "enable.auto.commit": False, "topic.metadata.refresh.interval.ms": 200, "allow.auto.create.topics": True, "log_level": 3})
    consumer.subscribe([TOPIC], on_assign=lambda *_: assigned.set())
    while True:
        message = consumer.poll(1)
        if message is not None and not message.error():
            handle(message)
            consumer.commit(message)


def handle(message):
    """A failed attempt is repeated under the same trace id and a span of its own; after the last one the message is given up."""
    order = json.loads(message.value())
    for attempt in range(1, ATTEMPTS + 1):
        context = request_context.from_kafka(message.headers())
        try:
            with canonical_line(context, kafka_topic=message.topic(), kafka_partition=message.partition(), kafka_offset=message.offset(),
                                attempt=attempt, user_id=order.get("user_id"), order_id=order["order_id"], notification_type="email",
                                template="order-confirmation", recipient=order.get("email")):
                mail.send(order["order_id"], order.get("email") or "")
            sent[order["order_id"]] = "sent"
            return
        except mail.GreetingTimeout:
            sent[order["order_id"]] = "failed"
            time.sleep(0.2)


def start():
    threading.Thread(target=consume, daemon=True).start()
