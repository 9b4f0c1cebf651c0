"""What a user id and a time can tell, what an id can, and what bends the id on its way."""
import collections
import json
import re

from server import equal

EXAMPLE = "stitching"
USER = '{service=~".+", env="without"} |= "user_id=8924711"'
PATH = ["gateway enter", "cart enter", "payments enter", "payments exit", "cart exit", "gateway exit"]


def extras(played, query, **parameters):
    return [json.loads(line)["record"]["extra"] for line in played.lines(query, **parameters)]


def journey(played, trace):
    """Of one trace id, by the article's query over the field as loguru nests it."""
    return extras(played, '{service=~".+"} | json trace_id="record.extra.trace_id" | trace_id="%s"' % trace)


def hops(records):
    return ["%s %s" % (r["service"], r["event"]) for r in records]


def test_it_runs_and_stops_everything(played):
    played.ran()


def test_by_user_three_requests_are_one_heap(played):
    records = extras(played, USER)
    equal(collections.Counter(r["service"] for r in records), {"gateway": 6, "cart": 6, "payments": 6})
    equal(sorted(played.report["without"]["sent"]), sorted([[None, False]] + [[None, True]] * 8), "one checkout failed, nobody has an id")
    equal([k for r in records for k in r if k.endswith("_id") and k != "user_id"], [], "ids")
    equal({r["endpoint"] for r in records}, {"checkout", "cart_preview"})
    order = hops(records)
    assert order != PATH * 3, "the three requests did not overlap"


def test_the_heap_is_printed_as_the_article_prints_it(played):
    out = played.output
    assert re.search(r"recovered 18 lines for user_id=8924711\nby service:\n  cart: 6 lines\n  gateway: 6 lines\n  payments: 6 lines\n", out), out[:1500]
    equal(len(re.findall(r"^  \d{10}\.\d{3}  (gateway|cart|payments) +(enter|exit) +(checkout|cart_preview) +ok=(None|True|False)$", out, re.M)), 18, "mixed lines")


def test_by_id_the_failed_checkout_is_six_lines(played):
    sent = played.report["with"]["sent"]
    equal(len({trace for trace, _ in sent}), 9, "ids")
    for trace, ok in sent:
        records = journey(played, trace)
        equal(sorted(hops(records)), sorted(PATH), trace)
        equal(hops(records), PATH, "in order")
        equal({r["ok"] for r in records if "ok" in r}, {ok}, "all say the same")
    equal({r["user_id"] for r in journey(played, played.report["with"]["failed"])}, {"8924711"})


def test_a_settlement_is_found_if_the_record_has_the_id(played):
    equal(hops(journey(played, played.report["fan-out"]["bare"])), PATH[:3] + ["payments published"] + PATH[3:])
    found = hops(journey(played, played.report["fan-out"]["headers"]))
    equal([h for h in found if h != "settlement settled"], PATH[:3] + ["payments published"] + PATH[3:], "beside the settlement")
    assert found.index("settlement settled") > found.index("payments published"), found
    equal(len(extras(played, '{service="settlement"}')), 2, "both were settled")


def test_retries_under_new_ids_hide_the_attempts(played):
    retry = PATH[:2] + ["cart retry"] * 2 + PATH[4:]
    equal(hops(journey(played, played.report["retries"]["new-id"])), retry, "new ids")
    failed = ["payments enter", "payments error", "cart retry"]
    records = journey(played, played.report["retries"]["same-id"])
    equal(hops(records), PATH[:2] + failed * 2 + PATH[2:], "one id")
    equal(len({r["request_id"] for r in records if r["service"] == "payments"}), 3, "each attempt has a request_id")


def test_a_mesh_proxy_makes_two_attempts_of_one(played):
    r = played.report["mesh"]
    records = journey(played, r["trace_id"])
    equal(hops(records), PATH, "the application saw one")
    equal({e["request_id"] for e in records if e["service"] == "payments"}, {r["request_id"]})
    assert r["request_id"] != r["came_as"]
    attempts = played.records('{service="mesh-proxy"} | json | came_as="%s"' % r["came_as"])
    equal([(a["x_request_id"] == r["came_as"], a["status"]) for a in attempts], [(True, 502), (False, 200)])


def test_tenants(played):
    crossing = played.server.get("query_range", query='{tenant=~".+"} | json | trace_id="%s"' % played.report["tenants"]["crossing"], since="2h").json
    equal({s["stream"]["tenant"] for s in crossing["data"]["result"]}, {"edge", "shop", "bank"}, "verbatim, over three tenants")
    both = extras(played, '{tenant=~".+"} | json | trace_id="1001"')
    equal(collections.Counter(r["user_id"] for r in both), {"8924711": 6, "55": 6}, "two requests under one id")
    equal(hops(extras(played, '{tenant=~".+"} | json | trace_id="1001" | record_extra_app="partner"')), PATH)


def test_a_batch_is_one_id_for_thousands(played):
    for name, linked in (("fraud-batch-unlinked", False), ("fraud-batch-linked", True)):
        records = extras(played, '{service="%s"}' % name)
        equal((len(records), len({r["trace_id"] for r in records})), (3000, 1), name)
        row = extras(played, '{service="%s"} |= "user_id=8924711"' % name)
        equal([r.get("payment_trace_id") for r in row], [played.report["batch"]["trace_id"] if linked else None], name)
    equal(hops(journey(played, played.report["batch"]["trace_id"])), PATH, "nothing of the batch in the request's trace")


def test_a_slow_clock_turns_the_order_around(played):
    records = journey(played, played.report["clocks"]["trace_id"])
    equal(hops(records), PATH[2:4] + PATH[:2] + PATH[4:], "by time")
    equal([s for _, s in sorted({(r["hop"], r["service"]) for r in records})], ["gateway", "cart", "payments"], "by hop")


def test_a_thread_pool_drops_the_context(played):
    equal(hops(journey(played, played.report["pool"]["lost"])), PATH)
    equal(hops(journey(played, played.report["pool"]["kept"])), PATH[:3] + ["payments scored"] + PATH[3:])
    equal(["trace_id" in r for r in extras(played, '{service="payments"} |= "fraud score computed"')], [False, True])


def test_the_txn_id_joins_what_the_boundary_cut(played):
    r = played.report["boundary"]
    equal(hops(journey(played, r["trace_id"])), PATH[:3] + ["payments mandate"] + PATH[3:])
    equal(hops(journey(played, r["callback"])), ["payments callback"])
    equal([e["trace_id"] for e in extras(played, '{service=~".+"} | json | record_extra_txn_id="%s"' % r["txn"])], [r["trace_id"], r["callback"]])


def test_under_load_time_guesses_and_the_id_knows(played):
    r = played.report["load"]
    equal((r["sent"], r["ids"], r["by_id"]), (1000, 1000, 1000))
    assert r["by_time"] < 200, "time alone put %d of 1000 requests together" % r["by_time"]
    count = played.vector('count(sum by (trace_id) (count_over_time({env="with"} | json | record_extra_user_id="8924719" [1h])) == 6)')
    equal(list(count.values()), [1000], "asked as a metric")


def test_the_questions_of_its_page_find_something(played):
    played.check_readme(5)
