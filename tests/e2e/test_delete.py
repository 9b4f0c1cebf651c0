"""Delete requests: masked at once, purged from disk when they can no longer be cancelled, honest about their state; retention."""
import time

from server import MINUTE, SECOND, Server, equal

AT_ONCE = "compactor: {delete_request_cancel_period: 0s}\n"


def fill(server, headers=None):
    """Ten lines of each of two services, one of them with the word secret in every other line; returns the time of the first."""
    start = time.time_ns() // SECOND * SECOND - 20 * MINUTE
    for service in ("a", "b"):
        entries = [(start + i * SECOND, '{"n":%d,"kind":"%s"}' % (i, "secret" if i % 2 else "open")) for i in range(10)]
        equal(server.push({"service": service}, entries, headers).status, 204, "push")
    return start


def delete(server, query, start, end=None, headers=None, **more):
    parameters = {"query": query, "start": str(start // SECOND)} | more
    if end is not None:
        parameters["end"] = str(end // SECOND)
    answer = server.request("POST", "/loki/api/v1/delete", parameters, headers=headers)
    equal((answer.status, answer.body), (204, b""), "delete")
    return answer.headers["x-delete-request-id"]


def state(server, request, headers=None):
    return next(r["status"] for r in server.get("delete", headers).json if r["request_id"] == request)


def wait_processed(server, request, seconds=60):
    deadline = time.monotonic() + seconds
    while state(server, request) != "processed":
        assert time.monotonic() < deadline, "still %r" % server.get("delete").json
        time.sleep(0.05)


def numbers(server, service, headers=None):
    return sorted(int(line.split(":")[1].split(",")[0]) for line in server.lines('{service="%s"}' % service, headers))


def count(server, query):
    result = server.get("query", query=query).json["data"]["result"]
    return int(result[0]["value"][1]) if result else 0


def test_masked_at_once_in_every_answer():
    with Server() as server:
        start = fill(server)
        request = delete(server, '{service="a"} | json | kind="secret"', start, start + 6 * SECOND)
        equal(numbers(server, "a"), [0, 2, 4, 6, 7, 8, 9], "a")
        equal(numbers(server, "b"), list(range(10)), "b")
        equal(count(server, 'sum(count_over_time({service="a"}[2h]))'), 7, "metric over lines")
        equal(count(server, 'sum(count_over_time({service="a"} | json | kind="secret" [2h]))'), 2, "metric over a field")
        equal(len(server.lines('{service="a"}', limit=3, direction="backward")), 3, "limit")
        equal(state(server, request), "received", "state")
        server.request("POST", "/flush")
        equal(numbers(server, "a"), [0, 2, 4, 6, 7, 8, 9], "a, sealed")


def test_purged_from_disk_and_nothing_else():
    with Server(config=AT_ONCE) as server:
        start = fill(server)
        request = delete(server, '{service="a"} |= "secret"', start)
        wait_processed(server, request)
        equal(numbers(server, "a"), [0, 2, 4, 6, 8], "a")
        equal(numbers(server, "b"), list(range(10)), "b")
        stats = server.get("index/stats", query='{service="a"}', start=start, end=start + MINUTE).json
        equal(stats["entries"], 5, "entries in the index")
        server.push({"service": "a"}, [(start + SECOND, '{"n":1,"kind":"secret"}')])
        equal(numbers(server, "a"), [0, 1, 2, 4, 6, 8], "pushed again after the purge")
        whole = delete(server, '{service=~"a|b"}', start)
        wait_processed(server, whole)
        equal(server.lines('{service=~".+"}'), [], "after everything went")


def test_requests_survive_a_crash():
    with Server() as server:
        start = fill(server)
        request = delete(server, '{service="a"}', start)
        server.kill()
        server.start()
        equal(numbers(server, "a"), [], "a")
        listed = server.get("delete").json
        equal([(r["request_id"], r["query"], r["status"], r["start_time"]) for r in listed], [(request, '{service="a"}', "received", start / SECOND)], "list")


def test_a_cancelled_request_masks_nothing():
    with Server() as server:
        start = fill(server)
        request = delete(server, '{service="a"}', start)
        equal(numbers(server, "a"), [], "masked")
        equal(server.request("DELETE", "/loki/api/v1/delete", {"request_id": request}).status, 204, "cancel")
        equal(numbers(server, "a"), list(range(10)), "a")
        equal(server.get("delete").json, [], "list")


def test_what_is_processed_cannot_be_cancelled():
    with Server(config=AT_ONCE) as server:
        request = delete(server, '{service="a"}', fill(server))
        wait_processed(server, request)
        answer = server.request("DELETE", "/loki/api/v1/delete", {"request_id": request})
        equal((answer.status, answer.text), (400, "deletion of request which is in process or already processed is not allowed\n"), "cancel")


def test_tenants_delete_their_own():
    with Server(config="auth_enabled: true\n" + AT_ONCE) as server:
        one, two = {"X-Scope-OrgID": "one"}, {"X-Scope-OrgID": "two"}
        start = fill(server, one)
        fill(server, two)
        delete(server, '{service="a"}', start, headers=one)
        equal(numbers(server, "a", one), [], "one")
        equal(numbers(server, "a", two), list(range(10)), "two")
        equal(server.get("delete", two).json, [], "list of two")
        equal(server.request("POST", "/loki/api/v1/delete", {"query": '{a="b"}', "start": "1777881600"}).status, 401, "without tenant")


def test_a_selector_may_match_everything():
    for query in ("{}", '{service=~".*"}', '{} |= "secret"'):
        with Server("--strict") as server:
            start = fill(server)
            delete(server, query, start, start + 10 * SECOND)
            left = [] if "secret" not in query else [0, 2, 4, 6, 8]
            equal([numbers(server, s) for s in ("a", "b")], [left, left], query)


def test_refusals():
    hour = 3600
    with Server() as server:
        now = int(time.time())

        def f(want, **parameters):
            answer = server.request("POST", "/loki/api/v1/delete", parameters)
            equal((answer.status, answer.text), (400, want + "\n"), str(parameters))

        q = '{a="b"}'
        f("query not set")
        f("invalid query expression", query="{")
        f("start time not set", query=q)
        f("invalid start time: require unix seconds or RFC3339 format", query=q, start="yesterday")
        f("invalid end time: require unix seconds or RFC3339 format", query=q, start=now - hour, end="x")
        f("deletes in the future are not allowed", query=q, start=now - hour, end=now + hour)
        f("start time can't be greater than or equal to end time", query=q, start=now - 10, end=now - 20)
        f("invalid max_interval: valid time units are 's', 'm', 'h'", query=q, start=now - hour, max_interval="1x")
        f("invalid max_interval: valid time units are 's', 'm', 'h'", query=q, start=now - hour, max_interval="999ms")
        f("deletes in the future are not allowed", query=q, start=now - hour, end=9999999999)
        f("max_interval can't be greater than 24h0m0s", query=q, start=now - hour, max_interval="25h")
        f("max_interval can't be greater than the interval to be deleted (10m0s)", query=q, start=now - hour, end=now - hour + 600, max_interval="1h")


def test_retention():
    with Server(config="limits_config: {retention_period: 48h}\n") as server:
        now = time.time_ns()
        server.push({"service": "a"}, [(now - 5 * 24 * 60 * MINUTE, "old")])
        server.push({"service": "a"}, [(now - MINUTE, "new")])
        server.request("POST", "/flush")
        server.stop()
        server.start()  # looks at once
        deadline = time.monotonic() + 60
        while server.lines('{service="a"}', since="200h") != ["new"]:
            assert time.monotonic() < deadline, server.lines('{service="a"}', since="200h")
            time.sleep(0.05)
