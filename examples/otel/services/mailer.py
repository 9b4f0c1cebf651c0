"""Consumes `order-events`; the context comes out of the record's headers."""
import http.server
import json
import os
import threading

from confluent_kafka import Consumer

from hop import hop

assigned = threading.Event()


def consume():
    consumer = Consumer({"bootstrap.servers": os.environ["KAFKA_BROKERS"], "group.id": "mailer", "auto.offset.reset": "earliest",
                         "allow.auto.create.topics": True, "topic.metadata.refresh.interval.ms": 200, "log_level": 3})
    consumer.subscribe(["order-events"], on_assign=lambda *_: assigned.set())
    while True:
        message = consumer.poll(1)
        if message is not None and not message.error():
            headers = {name: value.decode() for name, value in message.headers() or ()}
            with hop("mailer", json.loads(message.value())["order_id"], headers, kafka_topic=message.topic(), kafka_partition=message.partition()):
                pass


class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if assigned.is_set() else 503)
        self.end_headers()

    def log_message(self, *_):
        pass


threading.Thread(target=consume, daemon=True).start()
http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Ready).serve_forever()
