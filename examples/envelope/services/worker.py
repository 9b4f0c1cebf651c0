"""Takes orders from the queue, has them delivered by a courier outside of the company, and reports the result."""
import http.server
import json
import os
import urllib.error
import urllib.request
import uuid

import envelope
import queue_of
from log import line

done = set()  # keys of the side effects that happened


def handle(message):
    try:
        order, correlation_id, trace = envelope.unseal(message)
    except envelope.NotAnEnvelope as e:
        line("worker", "refused", None, envelope.new_trace(), "error", error=str(e))
        return
    key = effect(correlation_id, "deliver")
    if key in done:
        line("worker", "duplicate", correlation_id, trace, order_id=order["order_id"], idempotency_key=key)
        return
    done.add(key)
    line("worker", "received", correlation_id, trace, order_id=order["order_id"], idempotency_key=key)
    state = deliver(order, correlation_id, trace, key)
    queue_of.publish("order-results", order["order_id"], envelope.seal({"order_id": order["order_id"], "state": state}, correlation_id, trace))


def effect(correlation_id, step):
    """The same for every delivery of the same message: a retry is known, whoever makes it."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, correlation_id + "/" + step))


def deliver(order, correlation_id, trace, key):
    """The courier does not take our headers: our trace ends here, one begins for the courier, and this line is the bridge."""
    outside = envelope.new_trace()
    body = json.dumps({"address": order.get("address"), "your_reference": outside.trace_id}).encode()
    request = urllib.request.Request(os.environ["COURIER_URL"] + "/shipments", body, {"Content-Type": "application/json", "Idempotency-Key": key})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            shipment, error = json.load(answer)["shipment"], None
    except urllib.error.HTTPError as e:
        shipment, error = None, "courier answered %d" % e.code
    line("worker", "courier", correlation_id, outside, "error" if error else "info", parent_trace_id=trace.trace_id, bridge_span_id=trace.span_id,
         order_id=order["order_id"], shipment=shipment, error=error)
    return "failed" if error else "shipped"


class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if assigned.is_set() else 503)
        self.end_headers()

    def log_message(self, *_):
        pass


assigned = queue_of.consume("worker", "orders", handle)
http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Ready).serve_forever()
