"""pino-loki: JSON, milliseconds, the line is pino's JSON object."""
import json

import install as registry
from server import equal
from session import MESSAGES, Session


def install():
    return registry.npm(__file__)


def test_json(client):
    with Session() as s:
        s.run("node", "send.cjs", s.url, s.messages, cwd=client)
        sent = s.sent("application/json")
        by_number = {line["n"]: line["msg"] for line in (json.loads(line) for _, _, line, _ in sent)}
        equal(by_number, dict(enumerate(MESSAGES)), "messages")
        equal({labels["tier"] for labels, *_ in sent}, {"t0", "t1", "t2"})
        s.check_stored(sent)
