"""The checkout system as processes: one request crosses C++, Go, a Kafka topic and Python under one trace id."""
import os
import secrets
import uuid

from checkout import edges
from runner import install
from runner.web import request

SWITCHES = ("lose-http", "lose-kafka")
SESSION = "sf-7891011"
BACKGROUND = 30  # journeys beside the known one

JOURNEY = ('{service=~".+"} | json | session_feature_id="%s"'
           ' | line_format "{{.timestamp}} [{{.service}}] {{.status}} {{.path}}{{.kafka_topic}} ({{.duration_ms}}ms)"')
BY_FEATURE = 'sum by (feature) (count_over_time({service=~".+"} | json | bounded_context="checkout" | status >= 500 [1h]))'
IDS = '{service=~".+"} |= "%s" | json | line_format "[{{.service}}] trace_id={{.trace_id}} session_feature_id={{.session_feature_id}}"'
REQUEST = '{service=~".+"} | json | trace_id="%s" | line_format "[{{.service}}] {{.status}} {{.path}}{{.kafka_topic}}"'


def play(run):
    folder = run.folder
    order_service = install.cmake(os.path.join(folder, "order-service"), "pkg-config", "libcpp-httplib-dev", "nlohmann-json3-dev", "librdkafka-dev",
                                  "libssl-dev")
    payment_service = install.go(os.path.join(folder, "payment-service"))
    kafka = {"KAFKA_BROKERS": run.kafka("order.confirmed")}

    payments = run.start("payment-service", [payment_service])
    shop = Shop(run.start("order-service", [order_service], env=kafka | {"PAYMENTS_URL": payments}))
    run.start("notification-service", [install.python(), os.path.join(folder, "notification-service", "app.py")], env=kafka)
    lossy = {switch: Shop(run.start(switch, [order_service], labels={"service": "order-service"},
                                    env=kafka | {"PAYMENTS_URL": payments, "LOSE": switch.removeprefix("lose-")})) for switch in run.switches}
    run.ready()

    report = {"known": known_journey(shop), "ids": ids(shop), "edges": edges.ask_all(run.services),
              "background": [background_journey(shop, n) for n in range(BACKGROUND)]}
    report |= {switch: lost_journey(s, switch) for switch, s in lossy.items()}
    show(run, report)
    return report


class Shop:
    """A front end's view of order-service."""

    def __init__(self, url):
        self.url = url

    def send(self, method, path, body, headers):
        answer = request(method, self.url + path, body, headers)
        return {"method": method, "path": path, "status": answer.status, "trace_id": answer.headers["x-trace-id"]}

    def confirm(self, order, headers, card="ok", email="user42@example.com", user="user-42"):
        return self.send("POST", "/api/orders", {"order_id": order, "user_id": user, "card": card, "email": email, "items_count": 3,
                                                 "total_amount_cents": 8499}, headers)


def business(session, feature="standard-checkout"):
    return {"X-Bounded-Context": "checkout", "X-Feature": feature, "X-Session-Feature-Id": session}


def known_journey(shop):
    """A wrong postal code, a provider that times out, a charge that is repeated, a mail at the second attempt."""
    h, orders = business(SESSION), "/api/orders/order-99"
    return [shop.send("PUT", orders + "/address", {"city": "Berlin", "postal_code": "90210"}, h),
            shop.send("PUT", orders + "/address", {"city": "Berlin", "postal_code": "10115"}, h),
            shop.send("PUT", orders + "/shipping", {"method": "parcel"}, h),
            shop.confirm("order-99", h, card="timeout"),
            shop.confirm("order-99", h, card="reset", email="user42@slow.example")]


def ids(shop):
    """An order for each kind of id that a caller may bring along."""
    trace, parent = secrets.token_hex(16), secrets.token_hex(8)
    given = {
        "uuid": {"X-Trace-Id": str(uuid.uuid4())},
        "ulid": {"X-Trace-Id": "01JAB3XK5T" + "".join(secrets.choice("0123456789ABCDEFGHJKMNPQRSTVWXYZ") for _ in range(16))},
        "opaque": {"X-Trace-Id": "abc-123-def"},
        "traceparent": {"traceparent": "00-%s-%s-01" % (trace, parent), "tracestate": "shop=1"},
        "both": {"X-Trace-Id": "req-" + parent, "traceparent": "00-%s-%s-00" % (secrets.token_hex(16), parent)},
        "hostile": {"X-Trace-Id": 'x","level":"fatal'},
        "none": {},
    }
    out = {}
    for kind, headers in given.items():
        order = "order-id-" + kind
        sent = shop.confirm(order, business("sf-" + kind) | headers)
        out[kind] = sent | {"given": headers, "order": order, "session": "sf-" + kind}
    return out


def background_journey(shop, number):
    """Guest checkout fails more often."""
    feature = ("standard-checkout", "guest-checkout", "apply-coupon")[number % 3]
    card = "timeout" if number % 9 == 1 else "declined" if number % 9 == 4 else "ok"
    session, order = "sf-%d" % (8000000 + number), "order-%d" % (10000 + number)
    h = business(session, feature)
    shop.send("PUT", "/api/orders/%s/address" % order, {"city": "Hamburg", "postal_code": "20095"}, h)
    return shop.confirm(order, h, card, "user%d@example.com" % number, "user-%d" % (100 + number)) | {"session": session, "feature": feature}


def lost_journey(shop, switch):
    """The same order through an order-service that forgets to hand its context on."""
    session, order = "sf-" + switch, "order-" + switch
    return shop.confirm(order, business(session)) | {"session": session, "order": order}


def show(run, report):
    run.wait_for("the known journey", JOURNEY % SESSION, 10)
    run.say("What happened to %s?" % SESSION)
    run.tell(JOURNEY % SESSION)
    failures = sum(1 for b in report["background"] if b["status"] >= 500) + 1
    run.wait_for("failures", '{service="order-service"} | json | bounded_context="checkout" | status >= 500', failures)
    run.say("", "Failures by feature:", "", "  " + BY_FEATURE, "")
    for labels, value in run.server.vector(BY_FEATURE):
        run.say("    %-20s %d" % (labels.get("feature"), value))
    for switch in run.switches:
        lost = report[switch]
        run.wait_for(switch, '{service=~".+"} |= "%s"' % lost["order"], 3)
        run.say("", "Through an order-service that does not hand its context on (%s), the order is three lines" % switch)
        run.tell(IDS % lost["order"])
        run.say("", "and its trace finds only")
        run.tell(REQUEST % lost["trace_id"])
