"""Loggers that push by themselves, and the form of the agents' configurations."""
import os
import re
import subprocess

from played import EXAMPLES, yaml
from server import equal

EXAMPLE = "shippers"
AGENTS = os.path.join(EXAMPLES, "shippers", "agents")
TEXTS = ["order accepted", "provider is slow", "card declined"]


def test_it_runs_and_stops_everything(played):
    played.ran()


def test_each_logger_tells_the_same_request(played):
    for shipper in ("pino", "loguru", "slog", "log4j"):
        lines = played.lines('{shipper="%s"} |= "%s"' % (shipper, played.report["trace_id"]))
        equal(sorted(next(t for t in TEXTS if t in line) for line in lines), sorted(TEXTS), shipper)  # some write milliseconds only


def test_levels_are_found_whatever_they_are_called(played):
    # numbers (pino), capitals (slog), logfmt (log4j), metadata (loguru)
    want = {(shipper, level): 1 for shipper in ("pino", "loguru", "slog", "log4j") for level in ("info", "warn", "error")}
    equal(played.vector('sum by (shipper, detected_level) (count_over_time({env="shippers"} [1h]))', "shipper", "detected_level"), want)


def test_fields_are_found_in_json_and_logfmt(played):
    f = lambda query, want: equal(len(played.lines(query)), want, query)  # noqa: E731
    f('{shipper=~"pino|slog"} | json | order_id="order-1"', 6)
    f('{shipper="loguru"} | json | record_extra_order_id="order-1"', 3)
    f('{shipper="log4j"} | logfmt | order_id="order-1" | error="insufficient_funds"', 1)


def test_agents_are_told_the_paths_of_the_api(_):
    def f(file, pattern):
        with open(os.path.join(AGENTS, file)) as text:
            assert re.search(pattern, text.read()), "%s in %s" % (pattern, file)
    f("alloy.alloy", r'url = "http://127\.0\.0\.1:3100/loki/api/v1/push"')
    f("rsyslog.conf", r'TCP_Framing="octet-counted" template="RSYSLOG_SyslogProtocol23Format"')
    bit = yaml(AGENTS, "fluent-bit.yaml")["pipeline"]["outputs"][0]
    equal((bit["name"], bit["host"], bit["port"], bit["uri"]), ("loki", "127.0.0.1", 3100, "/loki/api/v1/push"))
    record = re.search(yaml(AGENTS, "fluent-bit.yaml")["parsers"][0]["regex"].replace("?<", "?P<"), '{"timestamp":"2026-03-08T14:23:01.482Z","level":"info"}')
    equal((record["time"], record["log"]), ("2026-03-08T14:23:01.482Z", record.string), "the parser keeps the line")
    sink = yaml(AGENTS, "vector.yaml")["sinks"]["sleipnir"]
    equal((sink["type"], sink["endpoint"], set(sink["inputs"]) <= set(yaml(AGENTS, "vector.yaml")["transforms"])), ("loki", "http://127.0.0.1:3100", True))
    collector = yaml(AGENTS, "otel-collector.yaml")
    equal(collector["exporters"]["otlphttp/sleipnir"]["endpoint"], "http://127.0.0.1:3100/otlp")
    pipeline = collector["service"]["pipelines"]["logs"]
    for kind in ("receivers", "processors", "exporters"):
        equal(set(pipeline[kind]), set(collector[kind]), kind)
    equal(yaml(AGENTS, "docker-compose.yaml")["services"]["shop"]["logging"]["options"]["loki-url"], "http://127.0.0.1:3100/loki/api/v1/push")


def test_braces_of_alloy_are_closed(_):
    with open(os.path.join(AGENTS, "alloy.alloy")) as f:
        text = re.sub(r'"[^"]*"|//.*', "", f.read())
    depth = [0]
    for c in re.findall(r"[{}]", text):
        depth.append(depth[-1] + (1 if c == "{" else -1))
    equal((min(depth), depth[-1]), (0, 0))
    parts = re.findall(r'^([\w.]+) "(\w+)" \{', open(os.path.join(AGENTS, "alloy.alloy")).read(), re.M)
    targets = re.findall(r"= \[?([\w.]+)\.(?:receiver|targets)\b", open(os.path.join(AGENTS, "alloy.alloy")).read())
    equal(sorted(set(targets) - {".".join(p) for p in parts}), [], "components that nobody declares")


def test_the_questions_of_its_page_find_something(played):
    played.check_readme(3)
