"""Prometheus reads /metrics and takes the series of rules by remote write; its promtool judges the metrics' form."""
import json
import os
import string
import subprocess
import time
import urllib.parse
import urllib.request

import install as registry
from daemon import Daemon
from server import MINUTE, equal, free_port
from session import Session

RULES = """
name: shop
interval: 1s
rules:
  - record: shop:lines:count
    expr: sum by (app) (count_over_time({app="shop"}[5m]))
    labels: {source: logs}
  - alert: ShopTalks
    expr: sum by (app) (count_over_time({app="shop"}[5m])) > 2
    labels: {severity: page}
"""


def install():
    return registry.debian(__file__, ["prometheus"])


def start(client, session, port):
    directory, at = session.server.directory, lambda name: os.path.join(session.server.directory, name)
    with open(os.path.join(client, "prometheus.yml")) as f, open(at("prometheus.yml"), "w") as out:
        out.write(string.Template(f.read()).substitute(TARGET=session.server.port))
    return Daemon([os.path.join(client, "root/usr/bin/prometheus"), "--config.file=" + at("prometheus.yml"), "--storage.tsdb.path=" + at("tsdb"),
                   "--web.listen-address=127.0.0.1:%d" % port, "--web.enable-remote-write-receiver"], port, client, directory)


def ask(port, query, want, seconds=60):
    """[(labels, value)] of an instant query, once it is what is wanted."""
    until = time.monotonic() + seconds
    while True:
        with urllib.request.urlopen("http://127.0.0.1:%d/api/v1/query?%s" % (port, urllib.parse.urlencode({"query": query})), timeout=20) as answer:
            got = [({k: v for k, v in s["metric"].items() if k not in ("instance", "job")}, s["value"][1]) for s in json.load(answer)["data"]["result"]]
        if got == want or time.monotonic() > until:
            return equal(got, want, query)
        time.sleep(0.2)


def test_metrics_and_series_of_rules(client):
    port = free_port(second=True)
    with Session("--remote-write-url", "http://127.0.0.1:%d/api/v1/write" % port) as s, start(client, s, port) as prometheus:
        prometheus.connect().close()
        equal(s.server.push({"app": "shop"}, [(time.time_ns() - MINUTE + i, "line %d" % i) for i in range(3)]).status, 204)
        equal(s.server.request("POST", "/loki/api/v1/rules/shop", body=RULES).status, 202)
        ask(port, "up", [({"__name__": "up"}, "1")])
        ask(port, "sleipnir_received_lines_total", [({"__name__": "sleipnir_received_lines_total"}, "3")])
        ask(port, "shop:lines:count", [({"__name__": "shop:lines:count", "app": "shop", "source": "logs"}, "3")])
        ask(port, "ALERTS", [({"__name__": "ALERTS", "alertname": "ShopTalks", "alertstate": "firing", "app": "shop", "severity": "page"}, "1")])
        equal(s.server.request("DELETE", "/loki/api/v1/rules/shop").status, 202)
        ask(port, "shop:lines:count", [])  # by its stale mark; without one it would stay for minutes
        done = subprocess.run([os.path.join(client, "root/usr/bin/promtool"), "check", "metrics"], input=s.server.request("GET", "/metrics").body, capture_output=True, timeout=60)
        equal((done.returncode, done.stdout + done.stderr), (0, b""), "promtool check metrics")
