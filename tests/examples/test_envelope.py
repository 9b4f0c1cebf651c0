"""One correlation id through two topics, a response and a border."""
from server import equal

EXAMPLE = "envelope"


def journey(played, correlation_id):
    return played.records('{service=~".+"} | json | correlation_id="%s"' % correlation_id)


def events(records):
    return [r["service"] + " " + r["event"] for r in records]


def test_it_runs_and_stops_everything(played):
    played.ran()


def test_the_caller_gets_the_id_that_finds_everything(played):
    for answer in played.report["orders"]:
        equal((answer["status"], answer["error"]), (202, None))
        records = journey(played, answer["correlation_id"])
        equal(events(records), ["shop accepted", "worker received", "worker courier", "shop result"], answer)
        equal(len({r["trace_id"] for r in records if r["event"] != "courier"}), 1, "trace_parent goes on")


def test_spans_form_a_chain(played):
    by = {r["service"] + " " + r["event"]: r for r in journey(played, played.report["orders"][0]["correlation_id"])}
    equal(by["worker received"]["parent_span_id"], by["shop accepted"]["span_id"])
    equal(by["shop result"]["parent_span_id"], by["worker received"]["span_id"])


def test_ids_sort_by_time(played):
    ids = [a["correlation_id"] for a in played.report["orders"]]
    equal(ids, sorted(ids), "ULIDs in the order of the requests")
    assert all(len(i) == 26 for i in ids), ids
    lines = [r["correlation_id"] for r in played.records('{service="shop"} | json | event="accepted" | correlation_id=~"[0-9A-Z]{26}"')]
    equal(lines, sorted(lines), "and so in the log")


def test_a_second_delivery_is_known_by_its_key(played):
    records = journey(played, "req-xyz-123")
    equal(played.report["duplicate"]["correlation_id"], "req-xyz-123", "the caller's id is kept")
    equal(sum(e == "worker courier" for e in events(records)), 1, "one side effect")
    equal(len({r["idempotency_key"] for r in records if r["event"] in ("received", "duplicate")}), 1, "one key")
    assert "worker duplicate" in events(records)


def test_a_refusal_has_an_id_too(played):
    refused = played.report["refusal"]
    equal((refused["status"], refused["data"], refused["error"]), (422, None, "order_id is missing"))
    equal(events(journey(played, refused["correlation_id"])), ["shop refused"])


def test_the_border_is_bridged_by_the_parent_id(played):
    sent = played.report["border"]
    bridge = played.records('{service="worker"} | json | trace_id="%s"' % sent["reference"])
    equal(len(bridge), 1, "lines of the trace beyond the border")
    equal((bridge[0]["correlation_id"], bridge[0]["error"]), (sent["correlation_id"], "courier answered 404"))
    accepted = journey(played, sent["correlation_id"])[0]
    equal(bridge[0]["parent_trace_id"], accepted["trace_id"], "back to the order")
    assert bridge[0]["trace_id"] != accepted["trace_id"]


def test_an_envelope_costs_microseconds(played):
    assert 0 < played.report["cost_us"] < 1000, played.report["cost_us"]


def test_the_questions_of_its_page_find_something(played):
    played.check_readme(4)
