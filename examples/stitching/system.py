"""The three services, and what a case needs beside them."""
import json
import os
import threading
import time
import urllib.parse
import uuid

from runner import install
from runner.places import free_port
from runner.shipper import canonical
from runner.web import request

USER = "8924711"
TENANTS = {"gateway": "edge", "cart": "shop", "payments": "bank"}


def loguru(line):
    """(time, metadata) of a line of loguru's serialised JSON: the agent lifts the trace id out of record.extra, as structured metadata."""
    try:
        record = json.loads(line)["record"]
    except (ValueError, KeyError):
        return time.time_ns(), {}
    trace = record["extra"].get("trace_id")
    return round(record["time"]["timestamp"] * 10**6) * 1000, {"trace_id": trace} if trace else {}


class System:
    """Services of one environment; `env` is a label of their streams."""

    def __init__(self, run, env, propagate, cases=()):
        self.run, self.env = run, env
        self.settings = {"PROPAGATE": "yes" if propagate else "no"}
        if "fan-out" in cases:
            self.settings["KAFKA_BROKERS"] = run.kafka("settlement-request")
            self.start("settlement")
        payments = self.start("payments")
        routes = {"PAYMENTS_URL": payments}
        if "mesh" in cases:
            gone = "http://127.0.0.1:%d" % free_port()
            routes["MESH_URL"] = self.start("mesh_proxy", read=canonical, UPSTREAMS=gone + "," + payments)
        if "clocks" in cases:
            routes["SLOW_CLOCK_URL"] = self.start("payments", name="slow-payments", CLOCK_MS="-2000")
        self.gateway = self.start("gateway", CART_URL=self.start("cart", **routes))

    def start(self, module, name=None, read=loguru, **env):
        name = name or module.replace("_", "-")
        labels = {"service": module.replace("_", "-"), "env": self.env}
        if module in TENANTS:
            labels["tenant"] = TENANTS[module]
        command = [install.python(), os.path.join(self.run.folder, "services", module + ".py")]
        return self.run.start("%s-%s" % (name, self.env), command, labels, read, self.settings | env)

    def batch(self, payments, linked):
        """Runs the nightly job over (user, trace id) pairs to its end; returns its service name."""
        name = "fraud-batch-" + ("linked" if linked else "unlinked")
        command = [install.python(), os.path.join(self.run.folder, "services", "fraud_batch.py"), str(BATCH), "yes" if linked else "no"]
        self.run.job(name, command, {"service": name, "env": self.env}, loguru, "".join("%s %s\n" % p for p in payments))
        return name

    def send(self, user=USER, endpoint="checkout", trace_id=None, **how):
        """One request of a user; returns (trace id or None, ok)."""
        query = urllib.parse.urlencode({"user_id": user, "endpoint": endpoint} | how)
        answer = request("GET", "%s/handle?%s" % (self.gateway, query), headers={"x-trace-id": trace_id} if trace_id else {}, timeout=120)
        return answer.headers.get("x-trace-id"), answer.status == 200 and answer.json["ok"]

    def send_together(self, requests, gap=0.0):
        """Each of `requests` (keywords of send) in a thread of its own, `gap` seconds apart; their results in order."""
        out = [None] * len(requests)

        def one(n):
            out[n] = self.send(**requests[n])
        threads = [threading.Thread(target=one, args=(n,)) for n in range(len(requests))]
        for t in threads:
            t.start()
            if gap:
                threading.Event().wait(gap)
        for t in threads:
            t.join()
        return out

    def selector(self, matchers='service=~".+"'):
        return '{%s, env="%s"}' % (matchers, self.env)

    def tell(self, query, count, what):
        """Waits until the query finds `count` lines, and prints it with what it finds as `service event endpoint ok`."""
        self.run.wait_for(what, query, count)
        return self.run.tell(query + LINE)


BATCH = 3000
LINE = (' | line_format "{{.service}} {{.record_extra_event}} {{.record_extra_endpoint}}'
        ' {{if .record_extra_attempt}}attempt={{.record_extra_attempt}} {{end}}ok={{.record_extra_ok}}"')


def new_id():
    return str(uuid.uuid4())
