"""winston-loki: JSON with metadata, and protobuf in raw snappy without saying so."""
import install as registry
from server import equal
from session import MESSAGES, Session


def install():
    return registry.npm(__file__)


def check(client, form, content_type):
    with Session() as s:
        s.run("node", "send.cjs", s.url, s.messages, form, cwd=client)
        sent = s.sent(content_type)
        equal(sorted(line for _, _, line, _ in sent), sorted(MESSAGES), "messages")
        equal({labels["odd"] for labels, *_ in sent}, {"x={1, 2}"})
        s.check_stored(sent)
        return sent


def test_json(client):
    sent = check(client, "json", "application/json")
    assert all(metadata["n"] and metadata["deep"] for *_, metadata in sent), sent


def test_protobuf(client):
    check(client, "protobuf", "application/x-protobuf")
