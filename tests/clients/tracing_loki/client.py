"""tracing-loki: protobuf in snappy that says so in Content-Encoding."""
import json
import os

import install as registry
from server import equal
from session import MESSAGES, Session


def install():
    return os.path.join(registry.cargo(__file__, least=(1, 75)), "target", "debug", "client")


def test_protobuf(client):
    with Session() as s:
        s.run(client, s.url, s.messages)
        sent = s.sent("application/x-protobuf", "snappy")
        by_number = {line["number"]: line["message"] for line in (json.loads(line) for _, _, line, _ in sent)}
        equal(by_number, dict(enumerate(MESSAGES)), "messages")
        equal({labels["level"] for labels, *_ in sent}, {"info", "warn"})
        s.check_stored(sent)
