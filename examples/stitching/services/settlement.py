"""Settles what payments asked for, long after its request is over."""
import http.server
import os
import threading

from confluent_kafka import Consumer

import context
from log import say

assigned = threading.Event()


def consume():
    consumer = Consumer({"bootstrap.servers": os.environ["KAFKA_BROKERS"], "group.id": "settlement", "auto.offset.reset": "earliest",
                         "allow.auto.create.topics": True, "topic.metadata.refresh.interval.ms": 200, "log_level": 3})
    consumer.subscribe(["settlement-request"], on_assign=lambda *_: assigned.set())
    while True:
        message = consumer.poll(1)
        if message is not None and not message.error():
            context.accept({name: value.decode() for name, value in message.headers() or ()})
            say("settlement", "settled", "settlement failed: account closed", user_id=message.value().decode())


class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if assigned.is_set() else 503)
        self.end_headers()

    def log_message(self, *_):
        pass


threading.Thread(target=consume, daemon=True).start()
http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Ready).serve_forever()
