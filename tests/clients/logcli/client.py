"""logcli, Loki's own command line: what it asks and whether it understands the answers."""
import json
import os
import subprocess
import time

import install as registry
from server import MINUTE, SECOND, equal
from session import MESSAGES, Session

LINES = [m for m in MESSAGES if "\n" not in m]


def install():
    return os.path.join(registry.go(__file__, (1, 26), "github.com/grafana/loki/v3/cmd/logcli", minutes=5), "client")


class Shop(Session):
    """A server with a line a second."""

    def __enter__(self):
        super().__enter__()
        self.first = time.time_ns() // SECOND * SECOND - 10 * MINUTE
        self.entries = [(self.first + i * SECOND, LINES[i % len(LINES)], {"n": str(i)}) for i in range(50)]
        equal(self.server.push({"service": "shop", "tier": "a"}, self.entries).status, 204)
        equal(self.server.push({"service": "shop", "tier": "b"}, [(self.first, "level=info other=1")]).status, 204)
        return self

    def ask(self, logcli, *arguments, window=True):
        times = ["--from=" + rfc3339(self.first), "--to=" + rfc3339(self.first + 100 * SECOND)] if window else []
        return self.run(logcli, "--quiet", "--addr=" + self.url, arguments[0], *times, *arguments[1:])


def rfc3339(ns):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(ns // SECOND))


def test_query_in_batches(logcli):
    with Shop() as s:
        for direction, wanted in (["--forward"], s.entries), ([], s.entries[::-1]):
            out = s.ask(logcli, "query", *direction, "--limit=1000", "--batch=7", "--output=jsonl", "--include-common-labels", '{service="shop", tier="a"}')
            got = [json.loads(line) for line in out.splitlines()]
            equal([g["line"] for g in got], [line for _, line, _ in wanted], "lines")
            equal({g["labels"]["tier"] for g in got}, {"a"})
        assert len(s.recorder.requests) > 14, s.recorder.requests
        equal({status for status, _ in s.recorder.answers}, {200})


def test_raw_output(logcli):
    with Shop() as s:
        out = s.ask(logcli, "query", "--forward", "--limit=1000", "--output=raw", '{service="shop", tier="a"} |= `世界`')
        equal(out, (LINES[4] + "\n") * sum(line == LINES[4] for _, line, _ in s.entries))


def test_metrics(logcli):
    with Shop() as s:
        at = "--now=" + rfc3339(s.first + 60 * SECOND)
        (sample,) = json.loads(s.ask(logcli, "instant-query", at, 'sum by (tier) (count_over_time({service="shop", tier="a"}[2m]))', window=False))
        equal((sample["metric"], sample["value"][1]), ({"tier": "a"}, "50"))
        series = json.loads(s.ask(logcli, "query", "--step=10s", 'sum(count_over_time({service="shop"}[10s]))'))
        equal(sum(int(v[1]) for v in series[0]["values"]), 51)


def test_labels_series_statistics_volume_and_fields(logcli):
    with Shop() as s:
        equal(s.ask(logcli, "labels").split(), ["service", "service_name", "tier"])
        equal(s.ask(logcli, "labels", "tier").split(), ["a", "b"])
        equal(len(s.ask(logcli, "series", '{service="shop"}').splitlines()), 2)
        statistics = s.ask(logcli, "stats", '{service="shop"}')
        assert "streams" in statistics and "51" in statistics, statistics
        (volume,) = json.loads(s.ask(logcli, "volume", '{service="shop"}'))
        equal(volume["metric"], {"service": "shop"})
        (volumes,) = json.loads(s.ask(logcli, "volume_range", "--step=10s", '{service="shop"}'))
        assert len(volumes["values"]) >= 5, volumes
        fields = s.ask(logcli, "detected-fields", '{service="shop"}')
        assert "n" in fields and "level" in fields, fields


def test_errors_are_shown(logcli):
    with Shop() as s:
        done = subprocess.run([logcli, "--quiet", "--addr=" + s.url, "query", "{"], capture_output=True, text=True, timeout=30)
        assert done.returncode != 0 and "parse error at line 1, col 2: syntax error: unexpected $end, expecting IDENTIFIER or }" in done.stderr, done


def test_tail(logcli):
    with Shop() as s:
        with subprocess.Popen([logcli, "--quiet", "--addr=" + s.url, "query", "--tail", "--output=raw", '{service="live"}'], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as tail:
            try:
                until = time.monotonic() + 60
                while not s.recorder.connections and time.monotonic() < until:
                    time.sleep(0.05)
                time.sleep(0.5)
                now = time.time_ns()
                equal(s.server.push({"service": "live"}, [(now + i, m) for i, m in enumerate(LINES)]).status, 204)
                equal([tail.stdout.readline() for _ in LINES], [m + "\n" for m in LINES])
            finally:
                tail.terminate()
