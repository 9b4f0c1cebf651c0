"""Canonical log lines of the checkout system: three services, HTTP and Kafka, one line for each unit of work.

Everything is a function of the seed and the start time, so that the same call gives the same lines again.
"""
import datetime
import json
import random

SESSION = "sf-7891011"
MILLISECOND = 10**6
SECOND = 10**9

FEATURES = (
    # feature, bounded context, share of the background journeys
    ("standard-checkout", "checkout", 40),
    ("guest-checkout", "checkout", 25),
    ("apply-coupon", "checkout", 15),
    ("reorder-previous", "checkout", 10),
    ("refund", "payments", 10),
)
PROVIDER_ERRORS = ("provider timeout after 3000 ms", "card declined: insufficient_funds", "connection reset by provider")


class Journey:
    """The lines that one user leaves while completing one feature; `clock` moves as the requests pass."""

    def __init__(self, rng, start, session, feature, context, user):
        self.rng, self.clock, self.session = rng, start, session
        self.feature, self.context, self.user = feature, context, user
        self.order = "order-%d" % rng.randrange(10000, 100000)
        self.amount = rng.randrange(500, 25000)
        self.records = []

    def hex(self, digits):
        return "%0*x" % (digits, self.rng.getrandbits(4 * digits))

    def think(self, seconds):
        self.clock += int(seconds * SECOND)

    def request(self):
        """A new request at the edge: a trace of its own."""
        self.trace, self.span = self.hex(32), ""

    def hop(self, service, after_ms, duration_ms, level="info", parent=None, **fields):
        """One line; `after_ms` after the previous hop of the request began. Returns the span, for hops that share a parent."""
        self.clock += after_ms * MILLISECOND
        span = self.hex(16)
        record = {
            "timestamp": iso(self.clock), "level": level, "service": service,
            "trace_id": self.trace, "span_id": span, "parent_span_id": self.span if parent is None else parent,
            "session_feature_id": self.session, "bounded_context": self.context, "feature": self.feature, "user_id": self.user,
            **{k: v for k, v in fields.items() if v is not None}, "duration_ms": duration_ms,
        }
        if not record["parent_span_id"]:
            del record["parent_span_id"]
        self.records.append((service, self.clock, json.dumps(record, separators=(",", ":"))))
        self.span = span
        return span

    def order_request(self, method, path, status, duration_ms, error=None, **fields):
        return self.hop("order-service", 0, duration_ms, level_of(status), method=method, path=path, status=status, error=error,
                        order_id=self.order, **fields)

    def charge(self, status, duration_ms, after_ms=120, error=None, parent=None, path="/api/charges"):
        return self.hop("payment-service", after_ms, duration_ms, level_of(status), parent=parent, method="POST", path=path, status=status,
                        error=error, provider="stripe", amount_cents=self.amount)

    def consume(self, after_ms, duration_ms, topic="order.confirmed", error=None, partition=None, offset=None, parent=None,
                attempt=1):
        partition = self.rng.randrange(6) if partition is None else partition
        offset = self.rng.randrange(10**6) if offset is None else offset
        return self.hop("notification-service", after_ms, duration_ms, "error" if error else "info", parent=parent, kafka_topic=topic,
                        kafka_partition=partition, kafka_offset=offset, attempt=attempt, error=error,
                        notification_type="email", template=topic.replace(".", "-"))


def iso(ns):
    t = datetime.datetime.fromtimestamp(ns // SECOND, datetime.timezone.utc)
    return "%s.%03dZ" % (t.strftime("%Y-%m-%dT%H:%M:%S"), ns % SECOND // MILLISECOND)


def level_of(status):
    return "error" if status >= 500 else "warn" if status >= 400 else "info"


def known_journey(seed, start):
    """The journey that the README asks for: a typing error, a provider that times out, a retry, a message delivered twice."""
    j = Journey(random.Random("%d known" % seed), start, SESSION, "standard-checkout", "checkout", "user-42")
    j.order, j.amount = "order-99", 8499
    j.request()
    j.order_request("PUT", "/api/orders/order-99/address", 422, 18, error="postal code does not belong to the city")
    j.think(21)
    j.request()
    j.order_request("PUT", "/api/orders/order-99/address", 200, 24)
    j.think(14)
    j.request()
    j.order_request("PUT", "/api/orders/order-99/shipping", 200, 31)
    j.think(33)
    j.request()
    j.order_request("POST", "/api/orders", 502, 3160, error="payment failed: upstream answered 504")
    j.charge(504, 3004, error="provider timeout after 3000 ms")
    j.think(12)
    j.request()
    order = j.order_request("POST", "/api/orders", 201, 912, items_count=3, total_amount_cents=8499)
    j.charge(503, 41, error="connection reset by provider", parent=order)
    j.charge(200, 187, after_ms=300, parent=order)
    j.consume(391, 5002, error="smtp: greeting timeout", partition=2, offset=48213, parent=order)
    j.consume(6000, 45, partition=2, offset=48213, parent=order, attempt=2)
    return j.records


def background_journey(rng, start, number):
    feature, context, _ = rng.choices(FEATURES, [share for _, _, share in FEATURES])[0]
    j = Journey(rng, start, "sf-%d" % (8000000 + number * 7 + rng.randrange(7)), feature, context, "user-%d" % rng.randrange(100, 5000))
    if feature == "refund":
        refund(j)
        return j.records
    for step in ("address", "shipping"):
        j.request()
        bad = rng.random() < 0.05
        j.order_request("PUT", "/api/orders/%s/%s" % (j.order, step), 422 if bad else 200, rng.randrange(8, 60),
                        error="%s is not valid" % step if bad else None)
        j.think(rng.uniform(4, 40))
    if feature == "apply-coupon":
        j.request()
        known = rng.random() < 0.7
        j.order_request("POST", "/api/orders/%s/coupons" % j.order, 200 if known else 404, rng.randrange(8, 40),
                        error=None if known else "coupon unknown or expired")
        j.think(rng.uniform(3, 15))
    confirm(j)
    return j.records


def confirm(j):
    """POST /api/orders until it is paid or the user gives up. Now and then the confirmation is never consumed."""
    fails = 0.12 if j.feature == "guest-checkout" else 0.04
    for _ in range(3):
        j.request()
        if j.rng.random() < fails:
            declined = j.rng.random() < 0.4
            j.order_request("POST", "/api/orders", 402 if declined else 502, j.rng.randrange(200, 3300), error="payment failed")
            j.charge(402 if declined else 504, j.rng.randrange(100, 3100), error=PROVIDER_ERRORS[1 if declined else j.rng.choice((0, 2))])
            j.think(j.rng.uniform(5, 25))
            continue
        j.order_request("POST", "/api/orders", 201, j.rng.randrange(180, 500), items_count=j.rng.randrange(1, 8), total_amount_cents=j.amount)
        j.charge(200, j.rng.randrange(90, 260))
        if j.rng.random() > 0.02:
            j.consume(j.rng.randrange(150, 900), j.rng.randrange(20, 120))
        return


def refund(j):
    j.request()
    j.charge(200, j.rng.randrange(60, 300), after_ms=0, path="/api/refunds")
    j.consume(j.rng.randrange(150, 900), j.rng.randrange(20, 120), topic="payment.refunded")


def generate(seed, start, seconds, journeys):
    """All records (service, time in ns, line) in time order, inside [start, start + seconds)."""
    records = known_journey(seed, start + int(seconds * 0.4) * SECOND + 482 * MILLISECOND)
    for n in range(journeys):
        rng = random.Random("%d %d" % (seed, n))
        records += background_journey(rng, start + rng.randrange(max(1, seconds - 180)) * SECOND + rng.randrange(1000) * MILLISECOND, n)
    end = start + seconds * SECOND
    return sorted((r for r in records if r[1] < end), key=lambda r: r[1])
