"""What each endpoint checks of its parameters: those that ask of streams and not of lines differ in it."""
import json
import time

from server import SECOND, Server, equal

T = 1777881600
Q = '{app="web"}'
SIX_WEEKS = {"start": T, "end": T + 42 * 86400}
TOO_LONG = (400, "the query time range exceeds the limit (query length: 1008h0m0s, limit: 30d1h)")
REVERSED = {"start": T + 1, "end": T}
BEFORE_START = (400, "end timestamp must not be before or equal to start time")
NO_STEP = (400, "zero or negative query resolution step widths are not accepted. Try a positive integer")
NOT_POSITIVE = (400, "limit must be a positive value")


def given(config="limits_config: {reject_old_samples: false}\n"):
    return Server("--strict", config=config)


def fill(server, *services):
    for service in services or ("web",):
        equal(server.push({"app": service}, [(T * SECOND, "level=info n=1")]).status, 204, "push")


def bad_number(kind, text):
    return (400, 'strconv.%s: parsing "%s": invalid syntax' % (kind, text))


class Checks:
    def __init__(self, server):
        self.server = server

    def __call__(self, path, want, **parameters):
        query = parameters.pop("query", Q)
        selector = {"match[]": query} if path == "series" else {"query": query}
        answer = self.server.get(path, **(selector | parameters))
        equal((answer.status, answer.text if answer.status != 200 else ""), want, "%s %s" % (path, parameters))


def test_lengths_and_orders_of_times():
    with given() as server:
        f = Checks(server)
        for path in ("query_range", "labels", "label/app/values", "series", "index/stats", "index/volume", "index/volume_range", "detected_labels", "detected_fields", "detected_field/n/values"):
            f(path, TOO_LONG, **SIX_WEEKS)
        f("patterns", (200, ""), **SIX_WEEKS)
        for path in ("query_range", "index/stats", "index/volume", "index/volume_range", "detected_labels", "detected_fields"):
            f(path, BEFORE_START, **REVERSED)
        f("patterns", (200, ""), **REVERSED)


def test_parameters_that_say_nothing_are_checked_where_loki_reads_them():
    with given() as server:
        f = Checks(server)
        for path in ("index/stats", "index/volume_range"):
            f(path, (400, "invalid direction 'up'"), direction="up")
            f(path, NO_STEP, step=0)
            f(path, (400, "interval must be >= 0"), interval=-1)
        f("index/stats", NOT_POSITIVE, limit=0)
        for path in ("index/volume", "index/volume_range"):
            f(path, (200, ""), limit=0)
            f(path, NOT_POSITIVE, limit=-1)
            f(path, bad_number("Atoi", "x"), limit="x")
        f("index/volume", bad_number("ParseInt", "x"), time="x")
        f("index/volume", (400, "invalid direction 'up'"), direction="up")
        f("index/volume", (200, ""), step=0)
        f("patterns", (200, ""), limit="x", direction="up", interval="x")
        f("patterns", NO_STEP, step=0)
        f("detected_fields", bad_number("Atoi", "x"), limit="", field_limit="x")
        f("detected_fields", (200, ""), limit=1, field_limit="x")


def test_selectors_of_series_may_match_what_they_like():
    with given() as server:
        fill(server, "web", "db")

        def f(want, *selectors):
            answer = server.get("series", **{"match[]": selectors, "start": T - 60, "end": T + 60})
            got = sorted(s["app"] for s in answer.json["data"]) if answer.status == 200 else answer.text
            equal(got, want, str(selectors))

        f(["db", "web"])
        f(["db", "web"], "{ }")
        f(["db", "web"], '{app=~".*"}')
        f(["db"], '{app!="web"}')
        f(["db", "web"], '{app!="web"}', '{app="web"}')
        f("0 matchers in group: {}", '{app="web"}', "{}")
        f("parse error : syntax error: unexpected $end", "")
        f("only label matchers are supported", '{app="web"} |= "x"')


def test_forms_are_known_by_their_type():
    with given() as server:
        def f(content_type, want):
            answer = server.request("POST", "/loki/api/v1/format_query?query=%7B", body=b"query=%7Ba%3D%22b%22%7D", headers={"Content-Type": content_type})
            equal((answer.status, answer.text), want, content_type)

        formatted, url = (200, '{"status":"success","data":"{a=\\"b\\"}"}\n'), 'parse error at line 1, col 2: syntax error: unexpected $end, expecting IDENTIFIER or }'
        f("application/x-www-form-urlencoded", formatted)
        f("Application/X-WWW-Form-URLencoded; charset=utf-8", formatted)
        f("application/json", (400, '{"status":"invalid-query","error":"%s"}\n' % url))
        f("application/x-www-form-urlencoded;bad", (400, "mime: invalid media parameter"))


def test_selectors_of_discovery():
    rule = 'parse error : queries require at least one regexp or equality matcher that does not have an empty-compatible value. For instance, app=~".*" does not meet this requirement, but app=~".+" will'
    with given() as server:
        f = Checks(server)
        for path in ("labels", "index/stats", "index/volume", "detected_labels"):
            for query in ("{ }", '{app=~".*"}'):
                f(path, (400, rule), query=query)
        f("detected_labels", (400, rule), query="{}")
        f("detected_labels", (200, ""), query="")
        f("index/volume", (200, ""), query="{}")
    with Server() as server:
        f = Checks(server)
        for path in ("index/volume", "detected_labels"):
            f(path, (200, ""), query='{ }')


def test_volumes_end_at_whole_milliseconds():
    with given() as server:
        fill(server)
        answer = server.get("index/volume", query=Q, start=(T - 60) * SECOND + 1, end=(T + 60) * SECOND - 1)
        equal([s["value"][0] for s in answer.json["data"]["result"]], [T + 60])


def test_targets_of_volumes():
    with given() as server:
        fill(server)
        for targets, want in (("", [{"app": "web"}]), ("app", [{"app": "web"}]), ("app,service_name", [{"app": "web", "service_name": "web"}]), ("app,", []), (",", []), ("app, app", []), ("app,none", [])):
            answer = server.get("index/volume", query=Q, start=T - 60, end=T + 60, targetLabels=targets)
            equal([s["metric"] for s in answer.json["data"]["result"]], want, targets)


def test_the_limits_that_drilldown_reads():
    with given() as server:
        answer = server.get("drilldown-limits", {"X-Scope-OrgID": "any"})
        limits = answer.json["limits"]
        equal(list(limits), sorted(limits))
        (labels,) = limits["otlp_config"]["resource_attributes"]["attributes_config"]
        equal((labels["action"], labels["attributes"][0], len(labels["attributes"])), ("index_label", "service.name", 18))


def test_several_tenants_are_no_label_of_theirs():
    with given("auth_enabled: true\nlimits_config: {reject_old_samples: false}\nquerier: {multi_tenant_queries_enabled: true}\n") as server:
        for tenant in ("a", "b"):
            equal(server.push({"app": tenant}, [(T * SECOND, "x")], {"X-Scope-OrgID": tenant}).status, 204)
        answer = server.get("detected_labels", {"X-Scope-OrgID": "a|b"}, start=T - 60, end=T + 60)
        equal(sorted(label["label"] for label in answer.json["detectedLabels"]), ["app", "service_name"])


def test_values_of_a_field():
    lines = [("a=10KB n=1", None), ("a=5m n=2", {"m": "10KB"}), ("a=7 n=3", None), ("a=2h n=4", {"a": "8KB"}), ('{"a":"1.5MiB"}', None)]
    with given() as server:
        for i, (line, metadata) in enumerate(lines):
            equal(server.push({"app": "web"}, [((T + i) * SECOND, line, metadata)]).status, 204)
        equal(server.push({"app": "aaa"}, [(T * SECOND, "n=0")]).status, 204)

        def f(name, want, **parameters):
            answer = server.get("detected_field/%s/values" % name, query='{app=~".+"}', start=T - 60, end=T + 60, **parameters)
            equal(sorted(answer.json.get("values", [])), sorted(want), name + str(parameters))

        f("a", ["10kB", "5.0MB", "7", "2h", "8KB", "1.6MB"])
        f("m", ["10KB"])
        f("n", ["0", "4"], limit=2)
        f("n", ["4"], limit=1, line_limit=2)
        f("app", [])


def test_labels_that_name_things_are_not_detected():
    uuid = "123e4567-e89b-12d3-a456-426614174000"
    kept = {"app": ["x1", "1"], "truth": ["0", "1"], "zero": ["0"], "pod": ["7"], "mixed": [uuid, "x"], "short": [uuid[:-1]]}
    names = {"one": ["5"], "bits": ["0", "2"], "three": ["0", "1", "2"], "float": ["1e3", "NaN"], "plain": [uuid], "hex": [uuid.replace("-", "")], "urn": ["urn:uuid:" + uuid],
             "braces": ["{%s}" % uuid], "both": [uuid.upper(), "1"]}
    with given() as server:
        for label, values in (kept | names).items():
            for value in values:
                equal(server.push({"service_name": "s", label: value}, [(T * SECOND, "x")]).status, 204)
        answer = server.get("detected_labels", start=T - 60, end=T + 60)
        equal({label["label"]: label["cardinality"] for label in answer.json["detectedLabels"]}, {"service_name": 1} | {label: len(values) for label, values in kept.items()})


def test_metadata_without_a_value_is_none():
    attributes = [{"key": key, "value": {"stringValue": value}} for key, value in (("service.name", "web"), ("empty", ""), ("full", "1"))]
    record = {"timeUnixNano": str((T + 1) * SECOND), "body": {"stringValue": "otlp"}, "attributes": attributes[1:]}
    with given() as server:
        equal(server.push({"app": "web"}, [(T * SECOND, "x", {"empty": "", "full": "1"}), (T * SECOND + 1, "x", {"empty": ""}), (T * SECOND + 1, "x", {})]).status, 204)
        otlp = {"resourceLogs": [{"resource": {"attributes": attributes}, "scopeLogs": [{"logRecords": [record]}]}]}
        equal(server.request("POST", "/otlp/v1/logs", body=json.dumps(otlp).encode(), headers={"Content-Type": "application/json"}).status, 204)
        data = server.get("query_range", {"X-Loki-Response-Encoding-Flags": "categorize-labels"}, query='{service_name="web"}', start=T, end=T + 60, direction="forward").json["data"]
        got = [(v[1], {k: x for k, x in v[2]["structuredMetadata"].items() if k != "detected_level"}) for s in data["result"] for v in s["values"]]
        equal(sorted(got, key=str), [("otlp", {"full": "1"}), ("x", {"full": "1"}), ("x", {})])


def test_log_levels_are_lokis():
    with Server("--log-level", "warn") as server:
        equal(server.request("GET", "/log_level").json["message"], "Current log level is warn")
        equal(server.request("POST", "/log_level", {"log_level": "critical"}).status, 400)
        equal(server.request("POST", "/log_level", {"log_level": "error"}).json["message"], "Log level set to error")
        equal(server.request("GET", "/log_level").json["message"], "Current log level is error")


def test_entries_older_than_the_schema():
    entries = [(time.time_ns(), "new"), (0, "old")]
    with given() as server:
        answer = server.push({"app": "web"}, entries)
        equal((answer.status, answer.text), (500, "rpc error: code = Unknown desc = failed to create stream: no schema config found for time 0\n"))
        equal(server.lines(Q), [])
    with Server() as server:
        equal(server.push({"app": "web"}, entries).status, 204)
        equal(server.lines(Q, start=0), ["old", "new"])
