"""loki4j, the appender of logback: Java's HTTP client, nanoseconds, metadata; as JSON and as protobuf."""
import os

import install as registry
from server import equal
from session import MESSAGES, Session


def install():
    return registry.maven(__file__)


def check(client, protobuf, content_type):
    with Session() as s:
        lines = os.path.join(s.server.directory, "lines")
        with open(lines, "w", newline="") as f:
            f.write("".join(m + "\0" for m in MESSAGES))
        s.run("java", "-cp", "lib/*", "-Durl=" + s.url, "-Dprotobuf=" + protobuf, "-Dlogback.configurationFile=logback.xml", "Send.java", lines, cwd=client)
        sent = s.sent(content_type)
        equal(sorted(line for _, _, line, _ in sent), sorted(MESSAGES), "messages")
        equal({metadata["order"] for *_, metadata in sent}, {'order-%d "quoted"' % i for i in range(len(MESSAGES))})
        s.check_stored(sent)


def test_json(client):
    check(client, "false", "application/json")


def test_protobuf(client):
    check(client, "true", "application/x-protobuf")
