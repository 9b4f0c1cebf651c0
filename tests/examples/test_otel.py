"""OpenTelemetry's propagation: kept where there is care, and the hop named where there is none."""
import sys

from played import EXAMPLES
from server import equal

sys.path.insert(0, EXAMPLES)

from otel.checklist import CHECKLIST  # noqa: E402

EXAMPLE = "otel"
CATEGORIZE = {"X-Loki-Response-Encoding-Flags": "categorize-labels"}


def records(played, order):
    return played.records('{service_name=~".+"} | json | order_id="%s"' % order)


def test_it_runs_and_stops_everything(played):
    played.ran()


def test_the_checklist_names_the_hop(played):
    for c in CHECKLIST:
        got = played.report[c.name]
        equal(got["hops"], list(c.hops), c.name + ": hops")
        where = " between %s and %s"
        before = lambda hop: c.hops[c.hops.index(hop) - 1]  # noqa: E731, B023
        want = ("linked" if c.name == "scheduled" else "lost") + where % (before(c.lost_at), c.lost_at) if c.lost_at else \
            "kept, baggage lost" + where % (before(c.no_baggage_at), c.no_baggage_at) if c.no_baggage_at else "kept"
        equal(got["text"], want, c.name)


def test_every_line_carries_its_span(played):
    lines = records(played, "http")
    equal([r["hop"] for r in lines], ["edge", "order", "payment"])
    equal(len({r["trace_id"] for r in lines}), 1, "trace ids")
    equal(len({r["span_id"] for r in lines}), 3, "span ids")
    for r in lines:
        equal((r["service"], r["logger"], r["level"], r["trace_flags"][1] in "13", len(r["trace_id"]), len(r["span_id"])), (r["hop"], r["hop"], "INFO", True, 32, 16))


def test_the_line_and_the_otlp_record_agree(played):
    answer = played.server.get("query_range", CATEGORIZE, query='{service_name="payment"} | json | order_id="http"', since="2h").json
    (stream,) = answer["data"]["result"]
    metadata, parsed = stream["values"][0][2]["structuredMetadata"], stream["values"][0][2]["parsed"]
    equal(set(stream["stream"]), {"service_name", "service_instance_id"}, "labels: the resource's, no ids of requests")
    equal((metadata["trace_id"], metadata["span_id"]), (parsed["trace_id_extracted"], parsed["span_id_extracted"]), "twice the same")


def test_baggage_reaches_every_hop(played):
    f = lambda order, want: equal([r.get("baggage_customer_tier") for r in records(played, order)], want, order)  # noqa: E731
    f("http", ["premium"] * 3)
    f("grpc", ["premium"] * 3)
    f("queue", ["premium"] * 3)
    f("async", ["premium"] * 4)
    f("no-baggage", ["premium", "premium", None])
    f("proxy", ["premium", None, None])


def test_a_scheduled_job_links_to_its_cause(played):
    edge, _, job = records(played, "scheduled")
    assert job["trace_id"] != edge["trace_id"]
    equal(job["linked_trace_id"], edge["trace_id"])


def test_the_questions_of_its_page_find_something(played):
    played.check_readme(4)
