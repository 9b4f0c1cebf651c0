"""curl: pushes of every encoding and framing, and questions."""
import gzip
import json
import os
import time

import install as registry
import wire
from server import MINUTE, SECOND, equal
from session import MESSAGES, Session

PUSH, QUERY = "/loki/api/v1/push", "/loki/api/v1/query_range"


def install():
    return registry.need("curl")


def push_body(count=1):
    """A push of all messages, `count` times with later times, as JSON."""
    now = time.time_ns() // SECOND * SECOND - 10 * MINUTE
    values = [[str(now + i), MESSAGES[i % len(MESSAGES)], {"n": str(i)}] for i in range(count * len(MESSAGES))]
    return json.dumps({"streams": [{"stream": {"service": "curl"}, "values": values}]}, ensure_ascii=False).encode()


def push(s, curl, body, *options):
    path = os.path.join(s.server.directory, "body")
    with open(path, "wb") as f:
        f.write(body)
    got = s.run(curl, "-sS", "-m", "30", "-w", "%{http_code}", "-H", "Content-Type: application/json", *[o.replace("@BODY", "@" + path) for o in options], s.url + PUSH)
    equal(got, "204", "status")


def test_encodings_and_framings(curl):
    plain = push_body()
    cases = [(plain, "", ["--data-binary", "@BODY"]),
             (gzip.compress(plain), "gzip", ["-H", "Content-Encoding: gzip", "--data-binary", "@BODY"]),
             (plain, "", ["-H", "Transfer-Encoding: chunked", "--data-binary", "@BODY"]),
             (plain + b" " * (3 << 20), "", ["-H", "Expect: 100-continue", "--data-binary", "@BODY"]),
             (plain, "", ["--http1.0", "--data-binary", "@BODY"]),
             (plain, "", ["--http2", "--data-binary", "@BODY"])]  # asks for an upgrade that the server need not grant
    for body, encoding, options in cases:
        with Session() as s:
            push(s, curl, body, *options)
            sent = s.sent("application/json", encoding)
            equal(sent, wire.push_json(plain))
            s.check_stored(sent)


def test_questions(curl):
    with Session() as s:
        push(s, curl, push_body(20), "--data-binary", "@BODY")
        ask = [curl, "-sS", "-m", "30", "-G", s.url + QUERY, "--data-urlencode", 'query={service="curl"} |= `Grüße, 世界`', "--data-urlencode", "limit=100"]
        plain, compressed = s.run(*ask), s.run(*ask, "--compressed")
        lines = [v[1] for stream in json.loads(plain)["data"]["result"] for v in stream["values"]]
        equal(lines, [MESSAGES[4]] * 20)
        equal(json.loads(compressed)["data"]["result"], json.loads(plain)["data"]["result"])
        equal(s.recorder.requests[-1].header("accept-encoding").split(",")[0], "deflate")
        head, _, error = s.run(curl, "-sSi", "-m", "30", "-G", s.url + QUERY, "--data-urlencode", "query={").partition("\r\n\r\n")
        assert head.startswith("HTTP/1.1 400 "), head
        equal(error, "parse error at line 1, col 2: syntax error: unexpected $end, expecting IDENTIFIER or }")


def test_one_connection_for_many_requests(curl):
    with Session() as s:
        s.run(curl, "-sS", "-m", "30", *["%s/ready" % s.url] * 20)
        equal((len(s.recorder.connections), len(s.recorder.requests)), (1, 20))
