"""One request through C++, Go, Kafka and Python."""
import re
import sys

from played import EXAMPLES
from server import equal

sys.path.insert(0, EXAMPLES)

from checkout.edges import CASES, PARENT, TRACE  # noqa: E402

EXAMPLE = "checkout"
JOURNEY = ('{service=~".+"} | json | session_feature_id="sf-7891011"'
           ' | line_format "{{.timestamp}} [{{.service}}] {{.status}} {{.path}}{{.kafka_topic}} ({{.duration_ms}}ms)"')
HOPS = ["order-service 422 /api/orders/order-99/address", "order-service 200 /api/orders/order-99/address", "order-service 200 /api/orders/order-99/shipping",
        "order-service 502 /api/orders", "payment-service 504 /api/charges", "order-service 201 /api/orders", "payment-service 503 /api/charges",
        "payment-service 200 /api/charges", "notification-service  order.confirmed", "notification-service  order.confirmed"]
NEW = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
THREE = ["order-service", "payment-service", "notification-service"]
FIELDS = ["timestamp", "level", "service", "trace_id", "span_id", "session_feature_id", "bounded_context", "feature", "user_id", "duration_ms"]


def services(records):
    return [r["service"] for r in records]


def test_it_runs_and_stops_everything(played):
    played.ran()


def test_the_journey_in_order_over_http_and_kafka(played):
    lines = played.lines(JOURNEY)
    equal([re.sub(r"^\S+ \[(.+?)\] (\S*) (\S+) \(\d+ms\)$", r"\1 \2 \3", line) for line in lines], HOPS)
    equal([line.split()[0] for line in lines], sorted(line.split()[0] for line in lines), "times")
    assert all("    " + line in played.output for line in lines), "the printed journey is the server's"


def test_each_request_has_one_trace_id_through_all_services(played):
    statuses = [422, 200, 200, 502, 201]
    equal([s["status"] for s in played.report["known"]], statuses)
    spread = [services(played.records('{service=~".+"} | json | trace_id="%s"' % s["trace_id"])) for s in played.report["known"]]
    equal(spread, [THREE[:1]] * 3 + [THREE[:2]] + [[THREE[0], THREE[1], THREE[1], THREE[2], THREE[2]]])


def test_canonical_lines_carry_every_field(played):
    for record in played.records('{service=~".+"} | json | trace_id="%s"' % played.report["known"][4]["trace_id"]):
        equal([f for f in FIELDS if f not in record], [], record["service"])
        equal([f for f in ("method", "path", "status") if f not in record], [] if record["service"] != THREE[2] else ["method", "path", "status"])
        equal("kafka_partition" in record, record["service"] != "payment-service", "partition of " + record["service"])


def test_levels_and_errors_follow_the_status(played):
    f = {r["status"]: (r["level"], r.get("error")) for r in played.records('{service=~"order-service|payment-service"} | json | session_feature_id="sf-7891011"')}
    equal(f, {422: ("warn", "postal code does not belong to the city"), 200: ("info", None), 502: ("error", "payment failed: upstream answered 504"),
              504: ("error", "provider timeout after 300 ms"), 201: ("info", None), 503: ("error", "connection reset by provider")})


def test_spans_name_their_parents(played):
    order, first, second, *mails = played.records('{service=~".+"} | json | trace_id="%s"' % played.report["known"][4]["trace_id"])
    assert "parent_span_id" not in order
    equal({r["parent_span_id"] for r in (first, second, *mails)}, {order["span_id"]}, "parents")
    equal(len({r["span_id"] for r in (order, first, second, *mails)}), 5, "spans")
    equal([m["attempt"] for m in mails], [1, 2], "attempts of one message")
    equal(mails[0]["kafka_partition"], order["kafka_partition"], "partition on both sides")


def test_ids_of_callers_are_kept(played):
    ids = played.report["ids"]
    for kind, sent in ids.items():
        records = played.records('{service=~".+"} | json | session_feature_id="%s"' % sent["session"])
        equal(services(records), THREE, kind)
        equal({r["trace_id"] for r in records}, {sent["trace_id"]}, kind + ": one id, and the caller's")
    for kind in ("uuid", "ulid", "opaque", "both"):
        equal(ids[kind]["trace_id"], ids[kind]["given"]["X-Trace-Id"], kind)
    parent = ids["traceparent"]["given"]["traceparent"].split("-")
    equal(ids["traceparent"]["trace_id"], parent[1], "trace id of traceparent")
    equal(played.records('{service="order-service"} | json | trace_id="%s"' % parent[1])[0]["parent_span_id"], parent[2], "its parent")
    for kind in ("hostile", "none"):
        assert NEW.fullmatch(ids[kind]["trace_id"]), ids[kind]


def test_three_middlewares_agree(played):
    for service, got in played.report["edges"].items():
        for case, (_, want) in CASES.items():
            assert got[case] == want if want else NEW.fullmatch(got[case]), "%s, %s: got %s, want %s" % (service, case, got[case], want or "a new UUID")
        equal(len(set(got.values())), len({want for _, want in CASES.values()} - {None}) + sum(want is None for _, want in CASES.values()), "new ones differ")


def test_a_parent_is_taken_from_a_good_traceparent_only(played):
    for service in THREE:
        records = played.records('{service="%s"} | json | parent_span_id="%s"' % (service, PARENT))
        equal(len(records), sum("traceparent" in headers and (want in (TRACE, "abc")) for headers, want in CASES.values()), service)


def test_the_queries_of_the_articles(played):
    f = lambda query, want: equal(played.vector(query), want, query)  # noqa: E731
    guest = sum(b["status"] >= 500 and b["feature"] == "guest-checkout" for b in played.report["background"])
    standard = sum(b["status"] >= 500 and b["feature"] == "standard-checkout" for b in played.report["background"]) + 1
    assert guest > standard
    # an order that fails is a line of order-service and one of payment-service; the charge that was repeated is one more
    f('sum by (feature) (count_over_time({service=~".+"} | json | bounded_context="checkout" | status >= 500 [1h]))',
      {("guest-checkout",): 2 * guest, ("standard-checkout",): 2 * standard + 1})
    equal(len(played.lines('{service=~".+"} | json | bounded_context="checkout" | status >= 500')), 2 * guest + 2 * standard + 1)


def test_a_lost_header_breaks_the_journey_at_that_hop(played):
    def f(switch, kept, lost):
        sent = played.report[switch]
        equal(sorted(services(played.records('{service=~".+"} |= "%s"' % sent["order"]))), sorted(THREE), "all did their work")
        equal(services(played.records('{service=~".+"} | json | trace_id="%s"' % sent["trace_id"])), kept, switch)
        stray = played.records('{service="%s"} |= "%s"' % (lost, sent["order"]))[0]
        assert stray["trace_id"] != sent["trace_id"] and "session_feature_id" not in stray and "parent_span_id" not in stray, stray
    f("lose-http", [THREE[0], THREE[2]], "payment-service")
    f("lose-kafka", THREE[:2], "notification-service")


def test_the_questions_of_its_page_find_something(played):
    played.check_readme(7)
