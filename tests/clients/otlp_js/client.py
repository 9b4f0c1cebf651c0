"""OpenTelemetry's JavaScript SDK with its OTLP log exporter, which sends JSON, plain and gzip. Expected is what http-api.md §10 makes of a record."""
import time

import install as registry
from server import SECOND, equal
from session import MESSAGES, Session

LINES = MESSAGES + ['{"a":{"b":"<&>","list":[1,"x",true]},"z":1}', '["a",2]', "7", "1.5", "true", "Ynl0ZXM=", ""]


def install():
    return registry.npm(__file__)


def entry(i, line, start):
    at = start + i * 10**6
    record = {"n": str(i), "ratio": "0.5", "ok": "true", "key_9_odd_name": "v", "list": '["a","b"]', "deep_k_l": "1", "observed_timestamp": str(at + 5), "flags": "1",
              "severity_number": "13", "severity_text": "WARN", "trace_id": "0af7651916cd43dd8448eb211c80319c", "span_id": "00f067aa0ba902b7", "event_name": "order"}
    return {"service_name": "otel", "k8s_pod_name": "pod-1"}, at, line, record | {"host_name": "h", "process_pid": "17", "scope_name": "shop.checkout", "scope_version": "1.2.3"}


def check(client, compression, encoding):
    start = time.time_ns() // SECOND * SECOND - 60 * SECOND
    with Session() as s:
        s.run("node", "send.mjs", s.url + "/otlp/v1/logs", s.messages, start // 10**6, compression, cwd=client)
        equal({(r.path, r.header("content-type"), r.header("content-encoding")) for r in s.recorder.requests}, {("/otlp/v1/logs", "application/json", encoding)})
        equal({status for status, _ in s.recorder.answers}, {204})
        s.check_entries(s.stored('{service_name="otel"}', start, start + SECOND), [entry(i, line, start) for i, line in enumerate(LINES)])


def test_json(client):
    check(client, "none", "")


def test_json_gzip(client):
    check(client, "gzip", "gzip")
