"""Several tenants behind one server: who must say who he is, and that nobody sees what is not his."""
import time

from server import MINUTE, Server, equal

AUTH = "auth_enabled: true\nquerier:\n  multi_tenant_queries_enabled: true\n"


def of(tenant):
    return {"X-Scope-OrgID": tenant}


def push(server, tenant, line, at=None):
    answer = server.push({"app": "shared"}, [(at or time.time_ns() - MINUTE, line)], of(tenant))
    equal(answer.status, 204, tenant)


def test_a_request_without_a_tenant_is_refused():
    with Server(config=AUTH) as server:
        for method, path in (("GET", "/loki/api/v1/query_range?query=%7Ba%3D%22b%22%7D"), ("GET", "/loki/api/v1/labels"), ("GET", "/loki/api/v1/series"), ("POST", "/loki/api/v1/push"),
                             ("POST", "/otlp/v1/logs"), ("GET", "/loki/api/v1/index/stats?query=%7Ba%3D%22b%22%7D")):
            answer = server.request(method, path)
            equal((answer.status, answer.text.strip()), (401, "no org id"), path)
        for path in ("/ready", "/metrics", "/loki/api/v1/status/buildinfo", "/loki/api/v1/format_query?query=1"):
            equal(server.request("GET", path).status, 200, path)


def test_bad_tenant_names_are_refused():
    with Server(config=AUTH) as server:
        for tenant, message in (("a/b", "tenant ID 'a/b' contains unsupported character '/'"), ("x" * 151, "tenant ID is too long: max 150 characters"), ("..", "tenant ID is '.' or '..'"),
                                ("../../etc", "tenant ID '../../etc' contains unsupported character '/'")):
            for answer in (server.get("labels", of(tenant)), server.push({"app": "x"}, [(time.time_ns(), "x")], of(tenant))):
                equal((answer.status, answer.text.strip()), (400, message), tenant)
            answer = server.request("POST", "/otlp/v1/logs", headers=of(tenant))
            equal((answer.status, answer.headers["content-type"], answer.body[:1], message in answer.text), (400, "application/octet-stream", b"\x12", True), tenant)


def test_tenants_do_not_see_each_other_also_after_a_kill():
    with Server(config=AUTH) as server:
        for tenant in ("a", "b"):
            push(server, tenant, "line of " + tenant)
        for moment in ("before", "after"):
            for tenant in ("a", "b"):
                equal(server.lines('{app="shared"}', of(tenant)), ["line of " + tenant], "%s kill -9" % moment)
            equal(server.lines('{app="shared"}', of("c")), [], "of a tenant that never wrote")
            equal(server.get("labels", of("c")).json, {"status": "success"})
            server.kill()
            server.start()


def test_a_query_over_several_tenants():
    with Server(config=AUTH) as server:
        at = time.time_ns() - MINUTE
        push(server, "a", "line of a", at)
        push(server, "b", "line of b", at + 1)
        equal(server.lines('{app="shared"}', of("b|a|a")), ["line of a", "line of b"])
        equal(server.lines('{app="shared", __tenant_id__="b"}', of("a|b")), ["line of b"])
        answer = server.get("query", of("a|b"), query='sum by (__tenant_id__) (count_over_time({app="shared"}[1h]))')
        equal({s["metric"]["__tenant_id__"]: s["value"][1] for s in answer.json["data"]["result"]}, {"a": "1", "b": "1"})
        answer = server.push({"app": "x"}, [(time.time_ns(), "x")], of("a|b"))
        equal((answer.status, answer.text.strip()), (400, "multiple org IDs present"))


def test_without_authentication_the_header_does_not_matter():
    with Server() as server:
        push(server, "a", "line")
        equal(server.lines('{app="shared"}', of("b")), ["line"])
        equal(server.lines('{app="shared"}'), ["line"])
