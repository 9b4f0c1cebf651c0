"""Python's websockets on the live tail: it offers compression, pings, and says goodbye."""
import json
import os
import subprocess
import time
import urllib.parse

import install as registry
from server import MINUTE, equal
from session import MESSAGES, Session


def install():
    return registry.pip(__file__)


def test_history_and_live_entries(client):
    with Session() as s:
        old = time.time_ns() - 10 * MINUTE
        equal(s.server.push({"service": "ws"}, [(old, "of old")]).status, 204)
        query = urllib.parse.urlencode({"query": '{service="ws"}', "start": old, "limit": 10})
        command = [registry.PYTHON, os.path.join(client, "tail.py"), "ws" + s.url[4:] + "/loki/api/v1/tail?" + query, str(1 + 2 * len(MESSAGES))]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as tail:
            try:
                equal(tail.stdout.readline(), "open\n")
                now = time.time_ns()
                equal(s.server.push({"service": "ws"}, [(now + i, m) for i, m in enumerate(MESSAGES)]).status, 204)
                time.sleep(2.5)  # some pings both ways
                equal(s.server.push_protobuf({"service": "ws"}, [(now + 100 + i, m) for i, m in enumerate(MESSAGES)]).status, 204)
                out, errors = tail.communicate(timeout=30)
            finally:
                tail.kill()
        equal((tail.returncode, errors), (0, ""))
        got = [(st["stream"]["service"], int(v[0]), v[1]) for line in out.splitlines() for st in json.loads(line)["streams"] for v in st["values"]]
        want = [("ws", old, "of old")] + [("ws", now + 100 * again + i, m) for again in (0, 1) for i, m in enumerate(MESSAGES)]
        equal(got, want)
