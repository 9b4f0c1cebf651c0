"""loki-client-go, the client of Promtail and of what descends from it: protobuf in snappy, JSON, a tenant."""
import install as registry
from server import equal
from session import MESSAGES, Session


def install():
    return registry.go(__file__, (1, 21))


PUSH, OLDER_PUSH = "/loki/api/v1/push", "/api/prom/push"


def check(client, form, content_type, path, metadata):
    with Session() as s:
        s.run("./client", s.url + path, s.messages, form, "", cwd=client)
        sent = s.sent(content_type, path=path)
        equal(sorted(line for _, _, line, _ in sent), sorted(MESSAGES), "messages")
        equal({labels["quoted"] for labels, *_ in sent}, {'a "b" \\ c'})
        equal({m.get("order") for *_, m in sent}, metadata)
        s.check_stored(sent)


def test_protobuf(client):
    check(client, "protobuf", "application/x-protobuf", PUSH, {"order-%d" % i for i in range(len(MESSAGES))})


def test_json(client):
    check(client, "json", "application/json", OLDER_PUSH, {None})  # it knows the form of Loki before 0.4, without metadata


def test_a_tenant(client):
    with Session(config="auth_enabled: true") as s:
        s.run("./client", s.url + PUSH, s.messages, "protobuf", "shop", cwd=client)
        equal({r.header("x-scope-orgid") for r in s.recorder.requests}, {"shop"})
        sent = s.sent("application/x-protobuf")
        equal(s.server.get("labels", {"X-Scope-OrgID": "other"}).json, {"status": "success"})
        lines = s.server.lines('{service="go"}', {"X-Scope-OrgID": "shop"})
        equal(sorted(lines), sorted(line for _, _, line, _ in sent))
