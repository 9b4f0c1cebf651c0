"""Rules: alerts reach a real receiver and are resolved, recorded series arrive by remote write, and both survive what servers go through."""
import contextlib
import json
import math
import os
import subprocess
import sys
import time

from receiver import Receiver, until
from server import ROOT, SECOND, Server, equal

EXPRESSION = 'sum by (feature) (count_over_time({service=~".+"} | json | bounded_context="checkout" | status >= 500 [1m])) > 2'

ALERT = """
name: checkout
interval: 1s
rules:
  - alert: CheckoutFails
    expr: %s
    for: %s
    labels:
      severity: page
      team: "{{ $labels.feature }}-team"
    annotations:
      summary: '{{ $labels.feature }}: {{ $value }} errors; {{ $value | printf "%%.1f" }}'
"""

RECORD = """
name: recorded
interval: 1s
rules:
  - record: checkout:errors:count1m
    expr: sum by (feature) (count_over_time({service=~".+"} | json | bounded_context="checkout" | status >= 500 [1m]))
    labels:
      source: logs
"""

RULER = "ruler:\n  alertmanager_url: %s\n  resend_delay: 1s\n  external_url: http://grafana.example/\n  external_labels: {cluster: c1}\n  datasource_uid: loki-uid\n"


def post(server, group, namespace="shop", headers=None):
    headers = {"Content-Type": "application/x-www-form-urlencoded"} | (headers or {})  # as curl sends it
    answer = server.request("POST", "/loki/api/v1/rules/" + namespace, body=group.encode(), headers=headers)
    equal((answer.status, answer.text), (202, '{"status":"success","data":null,"errorType":"","error":""}'))


def push_errors(server, seconds_ago, count=3, feature="pay"):
    """Lines that leave a window of a minute in 60 - seconds_ago seconds."""
    at = time.time_ns() - int(seconds_ago * SECOND)
    lines = [(at + i, json.dumps({"bounded_context": "checkout", "feature": feature, "status": 502, "path": "/api/orders"})) for i in range(count)]
    equal(server.push({"service": "order-service"}, lines).status, 204)


def groups(server, headers=None, **parameters):
    return server.request("GET", "/prometheus/api/v1/rules", parameters, headers=headers).json["data"]["groups"]


def rule(server):
    return groups(server)[0]["rules"][0]


def active(server):
    return server.request("GET", "/prometheus/api/v1/alerts").json["data"]["alerts"]


def metric(server, name):
    lines = [line for line in server.request("GET", "/metrics").text.splitlines() if line.startswith(name) and line[len(name)] in " {"]
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines)


def seconds(text):
    """Of an RFC 3339 time, since the epoch."""
    whole, _, fraction = text.rstrip("Z").partition(".")
    return time.mktime(time.strptime(whole + " UTC", "%Y-%m-%dT%H:%M:%S %Z")) - time.timezone + float("0." + (fraction or "0"))


def resolved_alerts(requests):
    """Those that had ended when they were sent."""
    return [a for r in requests for a in json.loads(r.body) if seconds(a["endsAt"]) <= r.at]


def test_an_alert_fires_and_resolves():
    with Receiver() as receiver, Server(config=RULER % receiver.url) as server:
        post(server, ALERT % (EXPRESSION, "2s"))
        until(lambda: rule(server)["health"] == "ok", what="evaluation")
        equal((rule(server)["state"], active(server)), ("inactive", []))
        push_errors(server, 52)
        push_errors(server, 52, feature="ship", count=2)  # below the threshold
        until(lambda: rule(server)["state"] == "pending", what="pending alert")
        equal(receiver.requests, [], "a pending alert is not sent")
        until(lambda: rule(server)["state"] == "firing", what="firing alert")
        firing = until(receiver.alerts, what="message")[0]
        equal(receiver.requests[0].path, "/api/v2/alerts")
        equal(receiver.requests[0].headers["Content-Type"], "application/json")
        equal(firing["labels"], {"alertname": "CheckoutFails", "feature": "pay", "severity": "page", "team": "pay-team", "cluster": "c1"})
        equal(firing["annotations"], {"summary": "pay: 3 errors; 3.0"})
        assert firing["generatorURL"].startswith("http://grafana.example/explore?left=%7B%22queries%22"), firing["generatorURL"]
        assert seconds(firing["endsAt"]) > time.time() + 1, "the alert must be valid for a while: %s" % firing["endsAt"]
        alert = rule(server)["alerts"][0]
        equal((alert["state"], alert["value"]), ("firing", "3e+00"))
        held = seconds(firing["startsAt"]) - seconds(alert["activeAt"])
        assert 2 <= held < 20, "it was pending for %s s" % held
        resolved = until(lambda: resolved_alerts(receiver.requests), what="resolved alert")[0]
        equal((resolved["labels"], resolved["startsAt"]), (firing["labels"], firing["startsAt"]))
        equal((rule(server)["state"], active(server)), ("inactive", []))
        assert len(receiver.alerts()) > 3, "a firing alert is sent again and again"
        equal(metric(server, "sleipnir_notifications_failed_total"), 0)
        assert metric(server, "sleipnir_notifications_sent_total") >= 3


def test_a_recording_rule_reaches_remote_write():
    with Receiver() as receiver, Server("--remote-write-url", receiver.url + "/api/v1/write") as server:
        push_errors(server, 54)
        begun = time.time()
        post(server, RECORD)
        want = {"__name__": "checkout:errors:count1m", "feature": "pay", "source": "logs"}
        first = until(receiver.samples, what="sample")[0]
        equal(first[:2], (want, 3.0))
        assert abs(first[2] / 1000 - begun) < 30, first
        request = receiver.requests[0]
        equal([request.path] + [request.headers[h] for h in ("Content-Encoding", "Content-Type", "X-Prometheus-Remote-Write-Version", "X-Scope-OrgID")],
              ["/api/v1/write", "snappy", "application/x-protobuf", "0.1.0", "fake"])
        last = until(lambda: [s for s in receiver.samples() if math.isnan(s[1])], what="mark at the end of the series")[0]
        equal(last[0], want)
        times = [s[2] for s in receiver.samples()]
        equal(times, sorted(set(times)), "times of one series")
        equal(metric(server, "sleipnir_remote_write_samples_failed_total"), 0)


def test_alerts_are_written_as_series():
    with Receiver() as receiver, Server("--remote-write-url", receiver.url) as server:
        push_errors(server, 30)
        post(server, ALERT % (EXPRESSION, "0s"))
        by_name = until(lambda: {s[0]["__name__"]: s for s in receiver.samples()}, what="series")
        equal((by_name["ALERTS"][0]["alertstate"], by_name["ALERTS"][1]), ("firing", 1.0))
        assert abs(by_name["ALERTS_FOR_STATE"][1] - time.time()) < 30
        equal(by_name["ALERTS"][0]["feature"], "pay")


def test_rules_are_kept_listed_and_deleted():
    with Server() as server:
        for path in ("/loki/api/v1/rules", "/api/prom/rules", "/loki/api/v1/rules/shop"):
            answer = server.request("GET", path)
            equal((answer.status, answer.text), (404, "no rule groups found\n"), path)
        post(server, RECORD)
        post(server, RECORD.replace("name: recorded", "name: second"))
        post(server, ALERT % (EXPRESSION, "5m"), "other%20ns")
        server.kill()
        server.start()
        for path in ("/loki/api/v1/rules", "/api/prom/rules"):
            answer = server.request("GET", path)
            equal((answer.status, answer.headers["content-type"]), (200, "application/yaml"))
            for text in ("shop:", "other ns:", "name: recorded", "name: second", "name: checkout", "for: 5m", "interval: 1s", "record: checkout:errors:count1m"):
                assert text in answer.text, (text, answer.text)
        one = server.request("GET", "/loki/api/v1/rules/shop/second")
        assert one.status == 200 and one.text.startswith("name: second"), one
        post(server, one.text, "copy")  # what is shown can be posted
        equal([(g["file"], g["name"]) for g in groups(server)], [("copy", "second"), ("other ns", "checkout"), ("shop", "recorded"), ("shop", "second")])
        missing = server.request("GET", "/loki/api/v1/rules/shop/third")
        equal((missing.status, missing.text), (404, "group does not exist\n"))
        equal(server.request("DELETE", "/loki/api/v1/rules/shop/recorded").status, 202)
        equal(server.request("DELETE", "/api/prom/rules/copy").status, 202)
        equal(server.request("DELETE", "/loki/api/v1/rules/copy").status, 404)
        equal(server.request("DELETE", "/loki/api/v1/rules/shop/recorded").status, 404)
        server.kill()
        server.start()
        equal([(g["file"], g["name"]) for g in groups(server)], [("other ns", "checkout"), ("shop", "second")])


def test_mistakes_in_rules_are_refused():
    with Server(config="limits_config: {ruler_max_rules_per_rule_group: 2, ruler_max_rule_groups_per_tenant: 1}") as server:
        def f(group, want):
            answer = server.request("POST", "/loki/api/v1/rules/ns", body=group.encode())
            equal((answer.status, answer.text), (400, want + "\n"), group)

        f("[1, 2", "unable to decoded rule group")
        f("name: [a]", "unable to decoded rule group")
        f("name: a\ninterval: soon", "unable to decoded rule group")
        f("", "group 0: Groupname must not be empty")
        f("name: g\nrules: [{expr: '1'}]", "one of 'record' or 'alert' must be set")
        f("name: g\nrules: [{record: a, alert: b, expr: '1'}]", "only one of 'record' and 'alert' must be set")
        f("name: g\nrules: [{alert: x, expr: '{a=\"b\"'}]",
          "could not parse expression for alert 'x' in group 'g': parse error at line 1, col 7: syntax error: unexpected $end, expecting } or ,")
        f("name: g\nrules: [{record: a-b, expr: '1'}]", "invalid recording rule name: a-b")
        f("name: g\nrules: [{alert: a, expr: '1', labels: {x-y: z}}]", "invalid label name: x-y")
        f("name: g\nrules: [{alert: a, expr: '1', annotations: {x: '{{ nope }}'}}]", 'annotation "x": template: __alert_a:1: function "nope" not defined')
        f("name: g\nrules: [{alert: a, expr: '1'}, {alert: b, expr: '1'}, {alert: c, expr: '1'}]", "per-user rules per rule group limit (limit: 2 actual: 3) exceeded")
        post(server, "name: g\nrules: [{alert: a, expr: 'vector(1)'}]", "ns")
        f("name: h\nrules: [{alert: a, expr: 'vector(1)'}]", "per-user rule groups limit (limit: 1 actual: 2) exceeded")


def test_filters_of_the_rules_list():
    with Server() as server:
        post(server, "name: a\nrules: [{alert: A1, expr: 'vector(1) > 2'}, {record: r1, expr: 'vector(1)'}]", "n1")
        post(server, "name: b\nrules: [{alert: A2, expr: 'vector(1) > 2'}]", "n2")
        names = lambda **p: [r["name"] for g in groups(server, **p) for r in g["rules"]]
        equal(names(), ["A1", "r1", "A2"])
        equal(names(type="alert"), ["A1", "A2"])
        equal(names(type="record"), ["r1"])
        equal(names(**{"rule_name[]": ["A1", "r1"]}), ["A1", "r1"])
        equal(names(**{"rule_group[]": "b"}), ["A2"])
        equal(names(file="n1", type="alert"), ["A1"])
        bad = server.request("GET", "/prometheus/api/v1/rules", {"type": "X"})
        equal((bad.status, bad.json), (400, {"status": "error", "data": None, "errorType": "bad_data", "error": 'not supported value "x"'}))


def test_rules_belong_to_their_tenant():
    with Receiver() as receiver, Server("--alertmanager-url", receiver.url, config="auth_enabled: true\n") as server:
        a, b = {"X-Scope-OrgID": "a"}, {"X-Scope-OrgID": "b"}
        equal(server.request("GET", "/loki/api/v1/rules").status, 401)
        equal(server.request("GET", "/prometheus/api/v1/rules").status, 401)
        post(server, "name: g\ninterval: 1s\nrules: [{alert: A, expr: 'sum(count_over_time({app=\"x\"}[1h])) > 0'}]", headers=a)
        equal(server.push({"app": "x"}, [(time.time_ns(), "l")], b).status, 204)
        until(lambda: groups(server, a)[0]["rules"][0]["health"] == "ok")
        equal((groups(server, b), groups(server, a)[0]["rules"][0]["state"]), ([], "inactive"))
        equal(server.push({"app": "x"}, [(time.time_ns(), "l")], a).status, 204)
        until(receiver.alerts, what="alert")
        equal(receiver.requests[0].headers["X-Scope-OrgID"], "a")


def test_rule_files_of_the_operator():
    with Receiver() as receiver, Server(config="") as server:
        folder = os.path.join(server.directory, "rules", "fake")
        os.makedirs(folder)
        path = os.path.join(folder, "ops.yaml")

        def write(text):
            with open(path, "w") as f:
                f.write(text)

        server.stop()
        server.config = "ruler:\n  storage: {type: local, local: {directory: %s}}\n  poll_interval: 1s\n  alertmanager_url: %s\n" % (os.path.dirname(folder), receiver.url)
        write("groups:\n  - name: ops\n    interval: 1s\n    rules: [{alert: Up, expr: vector(1)}]\n")
        with open(os.path.join(folder, "broken.yaml"), "w") as f:
            f.write("groups: [{name: x, rulez: []}]")
        server.start()
        equal([(g["file"], g["name"]) for g in groups(server)], [("ops.yaml", "ops")])
        until(receiver.alerts, what="alert")
        for method, where in (("POST", "/loki/api/v1/rules/ops.yaml"), ("DELETE", "/loki/api/v1/rules/ops.yaml"), ("DELETE", "/loki/api/v1/rules/ops.yaml/ops")):
            answer = server.request(method, where, body=RECORD.encode() if method == "POST" else None)
            assert answer.status == 400 and "read-only" in answer.text, answer
        assert "field rulez not found" in server.log_tail()
        write("groups: [")
        time.sleep(2)
        equal(len(groups(server)), 1, "a broken file keeps the rules it had")
        write("groups:\n  - name: other\n    rules: [{alert: Up, expr: vector(1)}]\n")
        until(lambda: [g["name"] for g in groups(server)] == ["other"], what="new rules")
        os.remove(path)
        until(lambda: not groups(server), what="end of the rules")


def test_the_rules_of_the_example():
    example = os.path.join(ROOT, "examples", "checkout")
    with Server("--rules-dir", os.path.join(example, "rules")) as server:
        subprocess.run([sys.executable, os.path.join(example, "generate.py"), "--url", server.url, "--start", str(int(time.time()) - 1750)], check=True, capture_output=True)
        until(lambda: all(r["health"] == "ok" for r in groups(server)[0]["rules"]), what="evaluation")
        equal([r["name"] for r in groups(server)[0]["rules"]], ["CheckoutFails", "ConfirmationsStopped", "checkout:failures:count1m", "checkout:provider_latency_ms:p99_5m"])


def test_alerts_survive_a_kill():
    with Receiver() as receiver, Server(config=RULER % receiver.url) as server:
        post(server, ALERT % (EXPRESSION, "1s"))
        post(server, (ALERT % (EXPRESSION, "1h")).replace("name: checkout", "name: slow"))
        push_errors(server, 50)
        until(receiver.alerts, what="alert")
        before = {a["state"]: a for a in active(server)}
        equal(sorted(before), ["firing", "pending"])
        server.kill()
        time.sleep(2)
        server.start()
        after = {a["state"]: a for a in active(server)}
        equal(after["firing"]["activeAt"], before["firing"]["activeAt"])
        moved = seconds(after["pending"]["activeAt"]) - seconds(before["pending"]["activeAt"])
        assert 1.5 < moved < 30, "time without a server does not count for a pending alert: moved by %s" % moved
        server.kill()
        time.sleep(max(0, 62 - 50 - 4))  # meanwhile the lines leave the window
        count = len(receiver.requests)
        server.start()
        resolved = until(lambda: resolved_alerts(receiver.requests[count:]), what="resolved alert")[0]
        equal(resolved["labels"]["alertname"], "CheckoutFails")


def test_a_receiver_that_is_away_costs_nothing():
    with contextlib.ExitStack() as stack:
        with Receiver() as receiver:  # it has the port while the server looks for another
            port = receiver.port
            server = stack.enter_context(Server("--alertmanager-url", receiver.url, "--remote-write-url", receiver.url + "/write"))
        post(server, "name: g\ninterval: 1s\nrules: [{alert: A, expr: vector(1)}, {record: r, expr: vector(2)}]")
        until(lambda: metric(server, "sleipnir_rule_evaluations_total") >= 6, what="evaluations")
        equal(metric(server, "sleipnir_rule_evaluation_failures_total"), 0)
        equal(metric(server, "sleipnir_notifications_sent_total"), 0)
        with Receiver(port, status=503) as busy:
            until(lambda: len(busy.requests) > 2, what="another try")
        equal(metric(server, "sleipnir_remote_write_samples_sent_total"), 0)
        with Receiver(port) as receiver:
            until(lambda: {r.path for r in receiver.requests} == {"/api/v2/alerts", "/write"}, what="delivery")
            samples = until(lambda: [s for s in receiver.samples("/write") if s[0]["__name__"] == "r"], what="samples")
            assert samples[0][2] / 1000 < time.time() - 1, "what could not be written waits"


def test_a_receiver_that_never_answers_does_not_stop_a_stop():
    with Receiver(delay=30) as receiver, Server("--alertmanager-url", receiver.url) as server:
        post(server, "name: g\ninterval: 1s\nrules: [{alert: A, expr: vector(1)}]")
        until(lambda: receiver.requests, what="message")
        until(lambda: metric(server, "sleipnir_rule_evaluations_total") >= 3, what="evaluations")
        begun = time.monotonic()
        equal(server.stop(), 0)
        assert time.monotonic() - begun < 20, "stopping took %.1f s" % (time.monotonic() - begun)


def test_failing_rules_say_why():
    with Server() as server:
        post(server, "name: g\ninterval: 1s\nlimit: 1\nrules:\n  - {alert: Log, expr: '{a=\"b\"}'}\n  - {record: bad, expr: 'count_over_time({app=\"x\"} | json [1h])'}\n"
                     "  - {record: many, expr: 'sum by (n) (count_over_time({app=\"y\"} | logfmt [1h]))'}\n  - {record: good, expr: vector(1)}")
        equal(server.push({"app": "x"}, [(time.time_ns() - SECOND, "no json")]).status, 204)
        equal(server.push({"app": "y"}, [(time.time_ns() - SECOND, "n=1"), (time.time_ns() - SECOND, "n=2")]).status, 204)
        until(lambda: metric(server, "sleipnir_rule_evaluation_failures_total") >= 5, what="failures")
        rules = {r["name"]: r for r in groups(server)[0]["rules"]}
        equal({n: r["health"] for n, r in rules.items()}, {"Log": "err", "bad": "err", "many": "err", "good": "ok"})
        equal(rules["Log"]["lastError"], "rule result is not a vector or scalar")
        assert "JSONParserErr" in rules["bad"]["lastError"], rules["bad"]
        equal(rules["many"]["lastError"], "exceeded limit of 1 with 2 series")
