"""python-logging-loki: JSON, one push a record; also in the form of Loki before 0.4."""
import install as registry
from server import equal
from session import MESSAGES, Session


def install():
    return registry.pip(__file__)


def check(client, version, path, content_type):
    with Session() as s:
        s.run(registry.PYTHON, "send.py", s.url + path, s.messages, version, cwd=client)
        sent = s.sent(content_type, path=path)
        equal([line for _, _, line, _ in sent], MESSAGES, "messages")
        equal({(labels["severity"], labels["logger"]) for labels, *_ in sent}, {("info", "shop.checkout"), ("warning", "shop.checkout")})
        s.check_stored(sent)


def test_json(client):
    check(client, "1", "/loki/api/v1/push", "application/json")


def test_the_older_form(client):
    check(client, "0", "/api/prom/push", "application/json")
