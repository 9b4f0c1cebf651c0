"""Grafana's files: well formed as Grafana reads them, and every query in them answered from the checkout's run."""
import glob
import json
import os
import re

from played import yaml
from server import ROOT, Server, equal

EXAMPLE = "checkout"
PROVISIONING = os.path.join(ROOT, "grafana-plugin", "provisioning")
COMPOSE = os.path.join(ROOT, "examples", "grafana")

VARIABLES = {"$__auto": "1m", "$__range": "1h", "$service": ".+", "$feature": ".*", "$journey": "sf-7891011"}
DASHBOARD = {"uid": str, "title": str, "description": str, "tags": list, "schemaVersion": int, "version": int, "editable": bool, "graphTooltip": int, "refresh": str,
             "time": dict, "timezone": str, "templating": dict, "annotations": dict, "links": list, "panels": list}
PANEL = {"id": int, "type": str, "title": str, "description": str, "gridPos": dict, "datasource": dict, "targets": list, "fieldConfig": dict, "options": dict}
LINK = {"title": str, "type": str, "url": str, "icon": str, "tooltip": str, "tags": list, "asDropdown": bool, "includeVars": bool, "targetBlank": bool, "keepTime": bool}
TARGET = {"refId": str, "datasource": dict, "expr": str, "queryType": str}
GRAFANA_RULE = {"uid": str, "title": str, "condition": str, "for": str, "noDataState": str, "execErrState": str, "labels": dict, "annotations": dict, "data": list}


def dashboards():
    return [json.load(open(path)) for path in sorted(glob.glob(os.path.join(PROVISIONING, "dashboards", "*.json")))]


def shape(thing, keys, what, optional=()):
    """Exactly these keys, of these types."""
    equal(sorted(set(thing) - set(optional)), sorted(keys), "keys of " + what)
    equal({k: type(thing[k]) for k in keys}, keys, "types of " + what)


def expand(expr):
    for name, value in VARIABLES.items():
        expr = expr.replace(name, value)
    assert "$" not in expr, "an unknown variable in " + expr
    return expr


def ask(played, expr, instant):
    path, more = ("query", {}) if instant else ("query_range", {"since": "1h", "step": "15"})
    answer = played.server.get(path, query=expand(expr), **more)
    equal(answer.status, 200, expr + ": " + answer.text[:300])
    return answer.json["data"]["result"]


def grafana_rules():
    return [r for g in yaml(PROVISIONING, "alerting", "checkout.yaml")["groups"] for r in g["rules"]]


def ruler_rules():
    return [r for g in yaml(COMPOSE, "rules", "fake", "checkout.yaml")["groups"] for r in g["rules"]]


def test_dashboards_have_the_form_that_grafana_reads(_):
    equal([d["uid"] for d in dashboards()], ["sleipnir-checkout", "sleipnir-journey"])
    for d in dashboards():
        shape(d, DASHBOARD, d["title"])
        for link in d["links"]:
            shape(link, LINK, "a link of " + d["title"])
        equal(sorted({p["id"] for p in d["panels"]}), list(range(1, len(d["panels"]) + 1)), "panel ids")
        for p in d["panels"]:
            shape(p, PANEL, p["title"], optional=["transformations"])
            assert p["type"] in ("timeseries", "stat", "table", "logs"), p["type"]
            equal([t["refId"] for t in p["targets"]], list("ABC"[:len(p["targets"])]), "queries of " + p["title"])
            for t in p["targets"]:
                shape(t, TARGET, p["title"], optional=["legendFormat"])
                assert t["queryType"] in ("range", "instant") and t["datasource"] == p["datasource"] == {"type": "loki", "uid": "sleipnir"}, t


def test_panels_do_not_overlap(_):
    for d in dashboards():
        cells = [(x, y) for p in d["panels"] for g in [p["gridPos"]] for x in range(g["x"], g["x"] + g["w"]) for y in range(g["y"], g["y"] + g["h"])]
        equal(len(cells), len(set(cells)), "cells of " + d["title"])
        assert all(0 <= x < 24 for x, _ in cells), d["title"]


def test_variables_are_declared(_):
    for d in dashboards():
        declared = {v["name"] for v in d["templating"]["list"]}
        used = set(re.findall(r"\$(?!__)\{?(\w+)", json.dumps([t["expr"] for p in d["panels"] for t in p["targets"]])))
        equal(used, declared, "variables of " + d["title"])


def test_every_panel_answers_from_the_checkout_run(played):
    for d in dashboards():
        for p in d["panels"]:
            for t in p["targets"]:
                assert ask(played, t["expr"], t["queryType"] == "instant"), "nothing for %s of %s" % (t["expr"], d["title"])


def test_panels_say_what_happened(played):
    by_title = {p["title"]: p["targets"][0] for d in dashboards() for p in d["panels"]}
    number = lambda title: float(ask(played, by_title[title]["expr"], True)[0]["value"][1])  # noqa: E731
    equal((number("Services"), number("Failed hops")), (3, 5), "of the journey")
    waited = sum(r["duration_ms"] for r in played.records('{service="order-service"} | json | session_feature_id="sf-7891011"'))
    slowest = {s["metric"]["session_feature_id"]: float(s["value"][1]) for s in ask(played, by_title["Slowest journeys"]["expr"], True)}
    equal(slowest.get("sf-7891011"), float(waited), "a journey with a timeout is among the slowest")
    equal(number("Waited"), float(waited), "of the journey")
    coverage = {s["metric"]["service"]: min(float(v) for _, v in s["values"]) for s in ask(played, by_title["Propagation coverage"]["expr"], False)}
    assert all(0 < c < 1 for c in coverage.values()) and len(coverage) == 2, "lose-http and lose-kafka must show: %r" % coverage


def test_every_rule_answers_from_the_checkout_run(played):
    for rule in ruler_rules():
        assert ask(played, rule["expr"], True), "nothing for " + rule["expr"]


def test_the_ruler_loads_the_rules(_):
    with open(os.path.join(COMPOSE, "sleipnir.yaml")) as f:
        config = f.read().replace("/etc/sleipnir/rules", os.path.join(COMPOSE, "rules"))
    with Server(config=config.replace("/tmp/rules", "rules")) as server:
        answer = server.request("GET", "/prometheus/api/v1/rules")
        if answer.status == 404:
            return print("      this server has no ruler")
        (group,) = answer.json["data"]["groups"]
        equal([r["name"] for r in group["rules"]], ["checkout:errors:count5m", "CheckoutErrors", "PaymentSlow", "ContextLost", "MailRepeated"])


def test_both_forms_of_the_alerts_are_the_same(_):
    f = lambda rules, name, expr: {r[name]: (expr(r), r.get("for", "0s"), r["labels"]) for r in rules}  # noqa: E731
    grafana = grafana_rules()
    for r in grafana:
        shape(r, GRAFANA_RULE, r["title"])
        equal([(d["refId"], d["datasourceUid"], d["model"]["refId"]) for d in r["data"]], [(r["condition"], "sleipnir", r["condition"])], r["title"])
    equal(f(grafana, "title", lambda r: r["data"][0]["model"]["expr"]), f([r for r in ruler_rules() if "alert" in r], "alert", lambda r: r["expr"]))


def test_derived_fields_find_the_ids_of_a_line(played):
    loki, tempo = yaml(PROVISIONING, "datasources", "sleipnir.yaml")["datasources"]
    equal((loki["type"], loki["uid"], tempo["uid"]), ("loki", "sleipnir", "tempo"))
    line = played.lines('{service="order-service"} |= "sf-traceparent"')[0]
    fields = {f["name"]: f for f in loki["jsonData"]["derivedFields"]}
    find = lambda name: re.search(fields[name]["matcherRegex"], line)[1]  # noqa: E731
    equal((find("session_feature_id"), find("trace_id"), find("trace")), ("sf-traceparent",) + (played.report["ids"]["traceparent"]["trace_id"],) * 2)
    for f in fields.values():
        assert f["url"].endswith("$${__value.raw}") and f.get("datasourceUid", "tempo") == "tempo", f
        assert not f["url"].startswith("/d/") or f["url"].split("?")[0][3:] in [d["uid"] for d in dashboards()], f


def test_compose_mounts_what_is_there(_):
    services = yaml(COMPOSE, "compose.yaml")["services"]
    for name, service in services.items():
        for mount in service.get("volumes", []):
            path = os.path.normpath(os.path.join(COMPOSE, mount.split(":")[0]))
            assert os.path.exists(path), "%s: no %s" % (name, path)
    assert services["grafana"]["volumes"][0].split(":")[1] == "/etc/grafana/provisioning/datasources"
