"""The calls that Grafana and its Logs Drilldown make, as they make them."""
import time

from server import MINUTE, SECOND, Server, equal

CATEGORIZE = {"X-Loki-Response-Encoding-Flags": "categorize-labels", "X-Query-Tags": "Source=explore"}
DRILLDOWN = {"X-Query-Tags": "Source=grafana-lokiexplore-app"}


def iso(ns):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(ns // SECOND)) + ".%03dZ" % (ns % SECOND // 10**6)


class Shop(Server):
    """A server with two services' lines of the last minutes, one a second."""

    def start(self):
        seconds = super().start()
        self.now = time.time_ns() // SECOND * SECOND
        self.first = self.now - 10 * MINUTE
        for app in ("api", "auth"):
            entries = [(self.first + i * SECOND, '{"level":"%s","status":%d,"took":"%dms","user":{"id":"u%d"}}' % ("error" if i % 10 == 0 else "info", 500 if i % 10 == 0 else 200, i, i % 3),
                        {"trace_id": "t%d" % (i // 2)}) for i in range(120)]
            equal(self.push({"app": app, "env": "prod"}, entries).status, 204)
        return seconds

    def window(self, **more):
        return {"start": str(self.first), "end": str(self.now)} | more


def test_save_and_test():
    with Server() as server:
        answer = server.get("query", query="vector(1)+vector(1)", time=str(time.time_ns()), limit="1000", direction="backward")
        equal(answer.status, 200)
        equal(answer.json["data"]["resultType"], "vector")
        equal([s["value"][1] for s in answer.json["data"]["result"]], ["2"])
        answer = server.get("status/buildinfo")
        equal(answer.status, 200)
        assert isinstance(answer.json["version"], str)
        equal(server.request("GET", "/ready").text, "ready\n")
        equal(server.request("GET", "/nosuch").status, 404)


def test_label_browser():
    with Shop() as shop:
        equal(shop.get("labels", **shop.window()).json, {"status": "success", "data": ["app", "env", "service_name"]})
        equal(shop.get("label", **shop.window()).json["data"], ["app", "env", "service_name"])
        equal(shop.get("label/app/values", **shop.window()).json["data"], ["api", "auth"])
        equal(shop.get("label/app/values", **shop.window(query='{app="api"}')).json["data"], ["api"])
        equal(shop.get("label/nosuch/values", **shop.window()).json, {"status": "success"})
        series = shop.get("series", **shop.window(**{"match[]": '{app="api"}'}))
        equal(series.json["data"], [{"app": "api", "env": "prod", "service_name": "api"}])
        series = shop.request("GET", "/loki/api/v1/series", [("match[]", '{app="api"}'), ("match[]", '{app="auth"}'), ("start", shop.first), ("end", shop.now)])
        equal(sorted(s["app"] for s in series.json["data"]), ["api", "auth"])
        stats = shop.get("index/stats", **shop.window(query='{app="api"}')).json
        equal((stats["streams"], stats["entries"]), (1, 120))


def test_log_query_with_categorized_labels():
    with Shop() as shop:
        parameters = shop.window(query='{app="api"} | json | status>=500', limit="1000", direction="backward", step="15000ms")
        answer = shop.get("query_range", CATEGORIZE, **parameters)
        data = answer.json["data"]
        equal(answer.headers["content-type"], "application/json; charset=UTF-8")
        equal(data["resultType"], "streams")
        equal(data["encodingFlags"], ["categorize-labels"])
        equal([s["stream"] for s in data["result"]], [{"app": "api", "env": "prod", "service_name": "api"}])
        values = data["result"][0]["values"]
        equal(len(values), 12)
        equal(values, sorted(values, key=lambda v: -int(v[0])), "newest first")
        equal(values[-1][2], {"structuredMetadata": {"detected_level": "error", "trace_id": "t0"}, "parsed": {"level": "error", "status": "500", "took": "0ms", "user_id": "u0"}})
        for key in ("bytesProcessedPerSecond", "linesProcessedPerSecond", "totalBytesProcessed", "totalLinesProcessed", "execTime"):
            assert isinstance(data["stats"]["summary"][key], (int, float)), key
        plain = shop.get("query_range", **parameters).json["data"]
        assert "encodingFlags" not in plain and all(len(v) == 2 for s in plain["result"] for v in s["values"])
        equal(plain["result"][0]["stream"].keys() & {"app", "status", "trace_id", "detected_level"}, {"app", "status", "trace_id", "detected_level"})


def test_get_and_post_forms_answer_the_same():
    with Shop() as shop:
        for path, parameters in (("query_range", shop.window(query='{app=~".+"} | json', limit="1000")), ("query_range", shop.window(query='sum by (app) (rate({app=~".+"}[1m]))', step="1m")),
                                 ("query", {"query": 'count_over_time({app="api"}[1h])', "time": str(shop.now)}), ("labels", shop.window()), ("series", shop.window(**{"match[]": '{app="api"}'})),
                                 ("format_query", {"query": 'rate({app="api"}   [5m])'})):
            got = [shop.request("GET", "/loki/api/v1/" + path, parameters), shop.request("POST", "/loki/api/v1/" + path, form=parameters)]
            equal([a.status for a in got], [200, 200], path)
            results = [a.json["data"]["result"] if isinstance(a.json["data"], dict) else a.json["data"] for a in got]
            assert results[0], path
            equal(results[0], results[1], path)


def test_logs_volume():
    with Shop() as shop:
        query = 'sum by (level, detected_level) (count_over_time({app="api"} |= `status` | drop __error__ [1m]))'
        answer = shop.get("query_range", {"X-Query-Tags": "Source=logvolhist"}, **shop.window(query=query, step="60000ms"))
        equal(answer.status, 200, answer)
        counts = {s["metric"].get("detected_level"): sum(int(v[1]) for v in s["values"]) for s in answer.json["data"]["result"]}
        equal(counts, {"error": 12, "info": 108})


def test_counts_equal_the_lines_that_the_same_query_returns():
    with Shop() as shop:
        for query in ('{app="api"}', '{app=~"a.+"} |= "500"', '{app="auth"} | json | user_id="u1"', '{app="api"} | json | took > 50ms', '{app=~".+"} | trace_id=~"t1.*"'):
            lines = shop.lines(query, start=shop.first, end=shop.now)
            answer = shop.get("query", query="sum(count_over_time(%s[1h]))" % query, time=str(shop.now))
            equal(int(answer.json["data"]["result"][0]["value"][1]), len(lines), query)


def test_log_context():
    """The rows around one row: backward up to it, forward from it, of the same stream."""
    with Shop() as shop:
        row = shop.first + 60 * SECOND
        selector = '{app="api",env="prod",service_name="api"}'
        before = shop.get("query_range", CATEGORIZE, query=selector, direction="backward", limit="10", start=str(row - 120 * MINUTE), end=str(row))
        after = shop.get("query_range", CATEGORIZE, query=selector, direction="forward", limit="10", start=str(row), end=str(row + 120 * MINUTE))
        times = [[(int(v[0]) - shop.first) // SECOND for s in a.json["data"]["result"] for v in s["values"]] for a in (before, after)]
        equal(times, [list(range(59, 49, -1)), list(range(60, 70))])


def test_infinite_scroll_and_logcli_batches_meet_every_line_once():
    with Shop() as shop:
        got, end = [], shop.now
        while True:
            page = shop.entries('{app="api"}', start=shop.first, end=end, direction="backward", limit=17)
            if not page:
                break
            got, end = page + got, page[0][0]
        equal([t for t, _ in got], [shop.first + i * SECOND for i in range(120)])


def test_metric_ranges_as_grafana_writes_them():
    with Shop() as shop:
        for interval, step in (("17280ms", "17280ms"), ("3600s", "15s"), ("1d", "2m30s"), ("1m", "60"), ("1h", "0.5")):
            answer = shop.get("query_range", query='sum(count_over_time({app="api"}[%s]))' % interval, step=step, start=str(shop.first), end=str(shop.first + 5 * MINUTE))
            equal(answer.status, 200, "[%s] step %s: %r" % (interval, step, answer))
            assert answer.json["data"]["result"], "[%s] step %s" % (interval, step)


def test_times_in_all_forms():
    with Shop() as shop:
        for form in (str, lambda ns: str(ns // SECOND), lambda ns: "%.3f" % (ns / SECOND), iso):
            answer = shop.get("query_range", query='{app="api"}', start=form(shop.first), end=form(shop.now), limit="1000")
            equal(sum(len(s["values"]) for s in answer.json["data"]["result"]), 120, form(shop.first))


def test_format_button():
    with Server() as server:
        equal(server.get("format_query", query='rate(  {app="a"}[5m])').json, {"status": "success", "data": 'rate({app="a"}[5m])'})
        answer = server.get("format_query", query="{")
        equal((answer.status, answer.json["status"]), (400, "invalid-query"))


def test_drilldown():
    with Shop() as shop:
        window = {"start": iso(shop.first), "end": iso(shop.now)}
        volume = shop.get("index/volume", DRILLDOWN, query='{service_name=~".+"}', limit="5000", **window).json["data"]["result"]
        equal(sorted(r["metric"]["service_name"] for r in volume), ["api", "auth"])
        assert all(int(r["value"][1]) > 0 for r in volume), volume
        labels = shop.get("detected_labels", DRILLDOWN, query='{service_name="api"}', **window).json["detectedLabels"]
        assert {"label": "env", "cardinality": 1} in labels, labels
        fields = {f["label"]: f for f in shop.get("detected_fields", DRILLDOWN, query='{service_name="api"}', **window).json["fields"]}
        equal({k: fields[k]["type"] for k in ("status", "took", "user_id", "trace_id")}, {"status": "int", "took": "duration", "user_id": "string", "trace_id": "string"})
        equal((fields["user_id"]["parsers"], fields["user_id"]["jsonPath"], fields["trace_id"]["parsers"]), (["json"], ["user", "id"], None))
        values = shop.get("detected_field/status/values", DRILLDOWN, query='{service_name="api"}', **window).json["values"]
        equal(sorted(values), ["200", "500"])
        equal(shop.get("label/__stream_shard__/values", DRILLDOWN, query='{service_name="api"}', **window).json, {"status": "success"})
        tiles = 'sum by (detected_level) (count_over_time({ service_name="api" } [1m]))'
        equal({s["metric"]["detected_level"] for s in shop.get("query_range", DRILLDOWN, query=tiles, step="60s", **window).json["data"]["result"]}, {"error", "info"})
        logs = '{service_name="api"} | detected_level="info" or detected_level="error" |~ "(?i)STATUS" | json | logfmt | drop __error__, __error_details__ | user_id="u1"'
        equal(shop.get("query_range", DRILLDOWN, query=logs, limit="100", **window).status, 200)
        took = 'avg_over_time({service_name="api"} | json | unwrap duration(took) | __error__="" [5m]) by ()'
        equal(len(shop.get("query_range", DRILLDOWN, query=took, step="300s", **window).json["data"]["result"]), 1)


def test_drilldown_limits():
    with Server() as server:
        answer = server.request("GET", "/loki/api/v1/drilldown-limits", headers={"X-Scope-OrgID": "fake"})
        equal(answer.status, 200)
        assert answer.json["limits"]["volume_enabled"] is True, answer
        equal(server.request("GET", "/loki/api/v1/drilldown-limits").status, 401)


def test_answers_are_compressed_when_asked_for():
    with Shop() as shop:
        answer = shop.request("GET", "/loki/api/v1/query_range", shop.window(query='{app=~".+"}', limit="1000"), headers={"Accept-Encoding": "gzip"})
        equal(answer.headers.get("content-encoding"), "gzip")
        assert "content-encoding" not in shop.request("GET", "/loki/api/v1/query_range", shop.window(query='{app=~".+"}')).headers
