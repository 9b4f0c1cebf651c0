"""Every call of Grafana's Loki data source and of Logs Drilldown, as it goes over the wire: its status and the shape of its answer.

A shape is a value, a type or a set of types, a regular expression, a list of one shape (not empty, all elements have it), a tuple (element by element) or
an object (has at least these keys)."""
import re
import time

from server import MINUTE, SECOND, Server, equal
from test_grafana import iso
from websocket import Tail

NUMBER = {int, float}
STATS = {"summary": {k: NUMBER for k in ("bytesProcessedPerSecond", "linesProcessedPerSecond", "totalBytesProcessed", "totalLinesProcessed", "execTime")}, "querier": dict, "ingester": dict}


def data(kind, result, **more):
    return {"status": "success", "data": {"resultType": kind, "result": result, "stats": STATS} | more}


def streams(value, **more):
    return data("streams", [{"stream": {"service_name": str}, "values": [value]}], **more)


def matrix(label):
    return data("matrix", [{"metric": {label: str} if label else {}, "values": [(NUMBER, str)]}])


def vector(label):
    return data("vector", [{"metric": {label: str} if label else {}, "value": (NUMBER, str)}])


CATEGORIZED = streams((str, str, {}), encodingFlags=["categorize-labels"])
LABELS, NOTHING = {"status": "success", "data": [str]}, {"status": "success"}
FIELDS = {"fields": [{"label": str, "type": re.compile("string|int|float|boolean|duration|bytes"), "cardinality": int, "parsers": object}], "limit": 1000}
VALUES = {"values": [str], "limit": 1000}
PATTERNS = {"status": "success", "data": [{"pattern": str, "level": str, "samples": [(int, int)]}]}

NS, ISO, NONE = "ns", "iso", ""  # how a call gives its times
FLAGS = {"X-Loki-Response-Encoding-Flags": "categorize-labels"}
RANGE, INSTANT = "query_range", "query"
MOST = {"limit": "1000", "direction": "backward"}
ROUTE = "| json | logfmt | drop __error__, __error_details__"

# (what asks, path, times, parameters, shape of the answer)
DATA_SOURCE = [
    ("Save & test", INSTANT, NONE, {"query": "vector(1)+vector(1)", "time": "4000000000"}, data("vector", [{"metric": {}, "value": (4000000000, "2")}])),
    ("build information", "status/buildinfo", NONE, {}, {"version": str}),
    ("label names", "labels", NS, {}, LABELS),
    ("label names of a selector", "labels", NS, {"query": '{app="api"}'}, LABELS),
    ("label values", "label/app/values", NS, {}, {"status": "success", "data": ["api", "auth"]}),
    ("label values of a selector", "label/env/values", NS, {"query": '{app="api"}'}, LABELS),
    ("values of no label", "label/nosuch/values", NS, {}, NOTHING),
    ("label browser", "series", NS, {"match[]": ['{app="api"}', '{app="auth"}']}, {"status": "success", "data": [{"app": str, "service_name": str}]}),
    ("size of a query", "index/stats", NS, {"query": '{app="api"}'}, {"streams": 1, "chunks": int, "bytes": int, "entries": int}),
    ("format button", "format_query", NONE, {"query": 'sum(rate({app="api"}[5m]))'}, {"status": "success", "data": str}),
    ("completion, labels", "detected_labels", NS, {}, {"detectedLabels": [{"label": str, "cardinality": int}]}),
    ("completion, fields", "detected_fields", NS, {"query": '{app="api"}', "limit": "1000"}, FIELDS),
    ("completion, values of a field", "detected_field/status/values", NS, {"query": '{app="api"}', "limit": "1000"}, VALUES),
    ("hints of the editor", RANGE, NS, {"query": '{app="api"}', "limit": "10", "direction": "backward", "step": "15000ms"}, CATEGORIZED),
    ("Explore, logs", RANGE, NS, MOST | {"query": '{app="api"} |= `status` | json', "step": "2000ms"}, streams((str, str, {"structuredMetadata": {}, "parsed": {"status": str}}))),
    ("Explore, oldest first", RANGE, NS, {"query": '{app="api"}', "limit": "1000", "direction": "forward"}, CATEGORIZED),
    ("Explore, metric", RANGE, NS, MOST | {"query": 'sum by (app) (rate({app=~".+"} [1m]))', "step": "15000ms"}, matrix("app")),
    ("Explore, instant", INSTANT, NONE, MOST | {"query": 'sum by (app) (count_over_time({app=~".+"} [1h]))', "time": NS}, vector("app")),
    ("volume histogram", RANGE, NS, {"query": 'sum by (level, detected_level) (count_over_time({app="api"} |= `status` | drop __error__ [2000ms]))', "step": "2000ms"}, matrix("detected_level")),
    ("logs sample", RANGE, NS, {"query": '{app=~".+"}', "limit": "100", "direction": "backward"}, CATEGORIZED),
    ("log context, before", RANGE, NS, {"query": '{app="api",env="prod",service_name="api"}', "limit": "50", "direction": "BACKWARD"}, CATEGORIZED),
    ("log context, after", RANGE, NS, {"query": '{app="api",env="prod",service_name="api"}', "limit": "50", "direction": "FORWARD"}, CATEGORIZED),
    ("filter for a value", RANGE, NS, MOST | {"query": '{app="api"} | trace_id="t1" | json | status="200"'}, CATEGORIZED),
    ("an id of a trace", RANGE, NS, MOST | {"query": '{app="api"} |= "t1"'}, data("streams", [])),
    ("patterns", "patterns", NS, {"query": '{app="api"}'}, PATTERNS),
    ("alert rule", INSTANT, NONE, {"query": 'sum(count_over_time({app="api"} | json | status>=500 [1h])) > 3', "time": NS}, vector("")),
    ("no such stream", RANGE, NS, MOST | {"query": '{app="nosuch"}'}, data("streams", [])),
]
DRILLDOWN = [
    ("services", "index/volume", ISO, {"query": '{service_name=~".+"}', "limit": "5000"}, vector("service_name")),
    ("another label's values", "index/volume", ISO, {"query": '{env=~".+"}', "limit": "5000"}, vector("env")),
    ("labels", "labels", ISO, {}, LABELS),
    ("labels of all", "detected_labels", ISO, {"query": ""}, {"detectedLabels": [{"label": str, "cardinality": int}]}),
    ("labels of a service", "detected_labels", ISO, {"query": '{service_name="api"}'}, {"detectedLabels": [{"label": str, "cardinality": int}]}),
    ("fields", "detected_fields", ISO, {"query": '{service_name="api"} %s' % ROUTE}, FIELDS),
    ("values of a field", "detected_field/user_id/values", ISO, {"query": '{service_name="api"}', "limit": "1000"}, VALUES),
    ("patterns", "patterns", ISO, {"query": '{service_name="api"}', "step": "10s"}, PATTERNS),
    ("shards", "label/__stream_shard__/values", ISO, {"query": '{service_name="api"}'}, NOTHING),
    ("a tile", RANGE, NS, {"query": 'sum by (detected_level) (count_over_time({ service_name="api" } [2000ms]))', "step": "2000ms"}, matrix("detected_level")),
    ("a tile from aggregated metrics", RANGE, NS, {"query": 'sum by (detected_level) (sum_over_time({__aggregated_metric__=`api` } | logfmt | unwrap count [2000ms]))', "step": "2000ms"}, data("matrix", [])),
    ("the list", RANGE, NS, MOST | {"query": '{service_name="api"} | detected_level="error" or detected_level="info" |~ "(?i)STATUS" %s | user_id="u1"' % ROUTE}, CATEGORIZED),
    ("the list, by pattern", RANGE, NS, MOST | {"query": '{service_name="api"} |> "<_>status<_>" or "<_>nothing<_>" !> "<_>absent<_>"'}, CATEGORIZED),
    ("the list, a path", RANGE, NS, MOST | {"query": '{service_name="api"} | json u="[\\"user\\"][\\"id\\"]" | drop __error__, __error_details__ | u="u1"'}, CATEGORIZED),
    ("how many lines", RANGE, NS, {"query": 'sum(count_over_time({service_name="api"} %s [2000ms]))' % ROUTE, "step": "2000ms"}, matrix("")),
    ("lines by a label", RANGE, NS, {"query": 'sum(count_over_time({service_name="api", env != ""} [2000ms])) by (env)', "step": "2000ms"}, matrix("env")),
    ("lines by a field", RANGE, NS, {"query": 'sum by (user_id) (count_over_time({service_name="api"} %s | user_id!="" [2000ms]))' % ROUTE, "step": "2000ms"}, matrix("user_id")),
    ("a field's mean", RANGE, NS, {"query": 'avg_over_time({service_name="api"} %s | unwrap duration(took) | __error__="" [10s]) by ()' % ROUTE, "step": "10s"}, matrix("")),
    ("a field's values", RANGE, NS, {"query": 'sum by (user_id) (count_over_time({service_name="api"} | json | keep user_id [120s]))', "step": "120s"}, matrix("user_id")),
    ("a selected shard", RANGE, NS, MOST | {"query": '{service_name="api", __stream_shard__=~"20|10"}'}, data("streams", [])),
]
REFUSED = [
    ("a broken query", RANGE, NS, {"query": '{app="api"'}, "parse error at line 1, col 11: syntax error: unexpected $end, expecting } or ,"),
    ("no selector", RANGE, NS, {"query": ""}, "parse error : syntax error: unexpected $end"),
    ("a log query at an instant", INSTANT, NONE, {"query": '{app="api"}'}, "log queries are not supported as an instant query type, please change your query to a range query type"),
    ("an end before the start", RANGE, NONE, {"query": '{app="api"}', "start": "20", "end": "10"}, "end timestamp must not be before or equal to start time"),
]


def parts(value, shape, at):
    """(where, value, shape) of what is inside an object, a tuple or a list."""
    if isinstance(shape, dict):
        return [("%s.%s" % (at, k), value.get(k, KeyError), s) for k, s in shape.items()]
    return [("%s[%d]" % (at, i), v, shape[i % len(shape)]) for i, v in enumerate(value)]


def mismatch(value, shape, at="$"):
    """Where the value has not the shape; None where it has."""
    if isinstance(shape, (dict, tuple)) or isinstance(shape, list) and len(shape) == 1:
        whole = isinstance(value, dict) if isinstance(shape, dict) else isinstance(value, list) and (len(value) == len(shape) if isinstance(shape, tuple) else len(value) > 0)
        return next(filter(None, (mismatch(v, s, where) for where, v, s in parts(value, shape, at))), None) if whole else "%s is %.200r" % (at, value)
    if isinstance(shape, (type, set)):
        fits = isinstance(value, tuple(shape) if isinstance(shape, set) else shape)
    else:
        fits = shape.fullmatch(value) if isinstance(shape, re.Pattern) else value == shape
    return None if fits else "%s is %.200r, not %r" % (at, value, shape)


class Shop(Server):
    """A server with a line a second of two services."""

    def start(self):
        seconds = super().start()
        self.now = time.time_ns() // SECOND * SECOND
        self.first = self.now - 10 * MINUTE
        for app in ("api", "auth"):
            entries = [(self.first + i * SECOND, '{"level":"%s","status":%d,"took":"%dms","user":{"id":"u%d"},"msg":"order %d is done"}' % ("info" if i % 10 else "error", 200 if i % 10 else 500, i, i % 3, i),
                        {"trace_id": "t%d" % (i // 2)}) for i in range(120)]
            equal(self.push({"app": app, "env": "prod"}, entries).status, 204)
        return seconds

    def call(self, path, times, parameters, source):
        """As Grafana's backend asks: GET, times as nanoseconds or ISO 8601, tags that say who asks."""
        window = {NS: {"start": self.first, "end": self.now}, ISO: {"start": iso(self.first), "end": iso(self.now)}, NONE: {}}[times]
        parameters = window | {k: self.now if v == NS else v for k, v in parameters.items()}
        return self.request("GET", "/loki/api/v1/" + path, parameters, headers=FLAGS | {"X-Query-Tags": "Source=" + source, "Accept": "application/json", "Accept-Encoding": "identity"})


def check_calls(calls, source):
    wrong = []
    with Shop() as shop:
        for name, path, times, parameters, shape in calls:
            answer = shop.call(path, times, parameters, source)
            why = mismatch(answer.json, shape) if answer.status == 200 else repr(answer)
            if why:
                wrong.append("%s: %s" % (name, why))
    assert not wrong, "\n".join(wrong)


def test_calls_of_the_data_source():
    check_calls(DATA_SOURCE, "explore")


def test_calls_of_drilldown():
    check_calls(DRILLDOWN, "grafana-lokiexplore-app")


def test_errors_are_plain_texts():
    with Shop() as shop:
        for name, path, times, parameters, text in REFUSED:
            answer = shop.call(path, times, parameters, "explore")
            equal((answer.status, answer.headers["content-type"], answer.text), (400, "text/plain; charset=utf-8", text), name)


def test_live_tail_of_explore():
    with Shop() as shop:
        with Tail(shop, '{app="api"} | json | status="500"', headers={"Origin": "http://grafana.example", "X-Query-Tags": "Source=explore"} | FLAGS, limit=5) as tail:
            equal([line for _, _, line, _ in tail.entries(5)], shop.lines('{app="api"} |= "500"', start=shop.first, end=shop.now)[-5:])
            at = time.time_ns()
            equal(shop.push({"app": "api", "env": "prod"}, [(at, '{"status":500,"now":true}')]).status, 204)
            labels, stamp, line, categories = tail.entries(1)[0]
            equal((labels["app"], stamp, line, categories["parsed"]), ("api", at, '{"status":500,"now":true}', {"status": "500", "now": "true"}))
        equal(shop.request("GET", "/loki/api/v2alpha/tail", {"query": '{app="api"}'}).status, 404)


def test_shapes_can_differ():
    def f(value, shape, want):
        equal(mismatch(value, shape), want)
    f({"a": 1, "b": 2}, {"a": int}, None)
    f({"b": 2}, {"a": int}, "$.a is <class 'KeyError'>, not <class 'int'>")
    f([], [str], "$ is []")
    f(["a", 1], [str], "$[1] is 1, not <class 'str'>")
    f([1.5, "x"], (NUMBER, str), None)
    f([1.5], (NUMBER, str), "$ is [1.5]")
    f("x", re.compile("y|z"), "$ is 'x', not re.compile('y|z')")
