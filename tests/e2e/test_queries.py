"""What surrounds a query: encodings, deadlines, cancellation, explanation, and what the operator sees of it."""
import json
import random
import shutil
import subprocess
import time
import urllib.parse
import zlib

from server import JSON, MINUTE, SECOND, Server, equal, push_json


def fill(server, count, size=1500, app="q"):
    """Lines a second apart, so that the newest are known."""
    now = time.time_ns() - 2 * MINUTE
    for first in range(0, count, 20_000):
        entries = [(now - (count - i) * 1000, "%d %s" % (i, "x" * size)) for i in range(first, min(first + 20_000, count))]
        equal(server.push({"app": app}, entries).status, 204)


def metric(server, name, labels=""):
    for line in server.request("GET", "/metrics").text.splitlines():
        if line.startswith(name) and labels in line and not line.startswith("#"):
            return float(line.rsplit(" ", 1)[1])
    return 0


def test_encodings_of_answers():
    with Server() as server:
        fill(server, 100)
        plain = server.get("query_range", query='{app="q"}', since="2h").json["data"]["result"]
        for accept, want in (("gzip", "gzip"), ("zstd", "zstd"), ("gzip;q=0.5, zstd;q=0.1", "gzip"), ("gzip, zstd", "zstd"), ("gzip;q=0", None), ("br", None)):
            answer = server.get("query_range", {"Accept-Encoding": accept}, query='{app="q"}', since="2h")
            equal(answer.headers.get("content-encoding"), want, accept)
            body = answer.body
            if want == "gzip":
                body = zlib.decompress(body, 31)
            if want == "zstd":
                equal(body[:4], b"\x28\xb5\x2f\xfd", "zstd's magic number")
                if not shutil.which("zstd"):
                    continue
                body = subprocess.run(["zstd", "-dc"], input=body, capture_output=True, check=True).stdout
            equal(json.loads(body)["data"]["result"], plain, accept)


SLOW = '{app="q"} |~ "(x.){50}.*y|^%d "'


def test_a_query_that_runs_out_of_time_answers_with_what_it_found_newest_first():
    count = 60_000
    with Server(config="limits_config:\n  query_timeout: 100ms\n") as server:
        fill(server, count)
        answer = server.get("query_range", query=SLOW % (count - 1), since="2h", limit=5000)
        equal(answer.status, 200)
        (warning,) = answer.json["warnings"]
        assert "ran out of time" in warning and "1 newest" in warning, warning
        equal([s["values"][0][1].split()[0] for s in answer.json["data"]["result"]], [str(count - 1)])
        equal(server.get("query_range", query='{app="q"} |~ "(x.){50}.*y"', since="2h").status, 504, "nothing was found in time")
        equal(server.get("query", query='count_over_time(%s [2h])' % (SLOW % 1)).status, 504, "a count of a part would be wrong")


def test_an_id_that_was_seen_elsewhere():
    at = 1_700_000_000 * SECOND
    entries = [(at + i * MINUTE, '{"trace_id":"%s","status":%d}' % (name, 200)) for i, name in enumerate(("5a0052b9c1", "other-12345", "5a0052b9c1", "other-12345", "5a0052b9c1"))]

    def warnings(server, query, first, last, **more):
        answer = server.get("query_range", query=query, start=at + first * MINUTE, end=at + last * MINUTE, **more).json
        return answer.get("warnings", []), sum(len(s["values"]) for s in answer["data"]["result"])

    last = '"5a0052b9c1" was last seen at 2023-11-14T22:15:20Z, before the time that was asked for'
    following = '"5a0052b9c1" was next seen at 2023-11-14T22:17:20Z, after the time that was asked for'
    with Server() as server:
        equal(server.push({"app": "s"}, entries).status, 204)
        for sealed in (False, True):
            if sealed:
                equal(server.request("POST", "/flush").status, 204)
            equal(warnings(server, '{app="s"} |= "5a0052b9c1"', 3, 4), ([last, following], 0))
            equal(warnings(server, '{app="s"} | json | trace_id="5a0052b9c1"', 3, 4, direction="forward"), ([last, following], 0))
            equal(warnings(server, '{app="s"} | json | trace_id="5a0052b9c1" | status = 200', 5, 9), (['"5a0052b9c1" was last seen at 2023-11-14T22:17:20Z, before the time that was asked for'], 0))
            equal(warnings(server, '{app="s"} |= "5a0052b9c1"', -9, 0), (['"5a0052b9c1" was next seen at 2023-11-14T22:13:20Z, after the time that was asked for'], 0))
            equal(warnings(server, '{app="s"} |= "5a0052b9c1"', 0, 3), ([], 2), "an answer")
            equal(warnings(server, '{app="s"} |= "5a0052b9c1" |= "nothing"', 3, 4), ([], 0), "not this query")
            equal(warnings(server, '{app="s"} | json | status = 200', 9, 10), ([], 0), "no id")
            equal(warnings(server, '{app="s"} !~ "5a0052b9c1"', 9, 10), ([], 0), "no id that it must have")
    with Server("--strict", config="limits_config:\n  reject_old_samples: false\n") as server:
        equal(server.push({"app": "s"}, entries).status, 204)
        equal(warnings(server, '{app="s"} |= "5a0052b9c1"', 3, 4), ([], 0))


def test_a_slow_expression_does_not_outlast_its_query():
    """Long values, an expression with hundreds of states: milliseconds each. Lines, fields and metadata, sealed or not."""
    choose = random.Random(7)
    now = time.time_ns() - 2 * MINUTE
    text = lambda: "".join(choose.choices("ab", k=8000))
    entries = [(now + i, json.dumps({"v": text()}), {"m": text()}) for i in range(1500)]
    with Server(config="limits_config:\n  query_timeout: 500ms\n") as server:
        equal(server.push({"app": "s"}, entries).status, 204)
        for sealed in (False, True):
            if sealed:
                equal(server.request("POST", "/flush").status, 204)
            for stages in ('|~ "%s"', '| json | v=~"%s"', '| m=~"%s"'):
                log = '{app="s"} ' + stages % "[ab]*a[ab]{300}c"
                for query in (log, "sum(count_over_time(%s [1h]))" % log):
                    began = time.monotonic()
                    equal(server.get("query_range", query=query, since="1h", step="1h").status, 504, query)
                    took = time.monotonic() - began
                    assert took < 25, "%s (sealed: %s) took %.1f s" % (query, sealed, took)


def test_strict_refuses_a_part():
    with Server("--strict", config="limits_config:\n  query_timeout: 100ms\n  ingestion_rate_mb: 1000\n  ingestion_burst_size_mb: 1000\n  per_stream_rate_limit: 1GB\n  per_stream_rate_limit_burst: 1GB\n") as server:
        fill(server, 60_000)
        equal(server.get("query_range", query=SLOW % 59_999, since="2h").status, 504)


def test_a_client_that_leaves_ends_its_query():
    with Server() as server:
        fill(server, 80_000)
        path = "/loki/api/v1/query_range?" + urllib.parse.urlencode({"query": SLOW % -1, "since": "2h", "limit": 5000})
        began = time.monotonic()
        equal(server.request("GET", path).status, 200)
        whole = time.monotonic() - began
        ran_on = []  # a machine that is busy otherwise only makes it longer
        for _ in range(3):
            s = server.connect()
            s.sendall(("GET %s HTTP/1.1\r\nHost: x\r\n\r\n" % path).encode())
            end = time.monotonic() + 30
            while metric(server, "sleipnir_queries_in_progress") != 1 and time.monotonic() < end:
                pass
            s.close()
            left = time.monotonic()
            while metric(server, "sleipnir_queries_in_progress") != 0 and time.monotonic() < left + 60:
                time.sleep(0.005)
            ran_on.append(time.monotonic() - left)
        assert min(ran_on) < max(whole / 3, 0.1), "it ran on for %.2f s of %.2f s" % (min(ran_on), whole)
        equal(metric(server, "sleipnir_request_duration_seconds_count", 'route="/loki/api/v1/query_range",method="GET",status_code="499"'), 3)


def test_explain():
    with Server() as server:
        fill(server, 1000)
        server.push({"app": "other"}, [(time.time_ns() - MINUTE, "other")])
        equal(server.request("POST", "/flush").status, 204)
        answer = server.get("query_range", query='{app="q"}|="999"', since="2h", explain="1").json["data"]
        explain = answer["stats"]["explain"]
        equal(explain["query"], '{app="q"} |= "999"')
        equal(set(explain["seconds"]), {"parse", "run", "encode", "store"})
        assert all(v >= 0 for v in explain["seconds"].values())
        equal(explain["counts"]["returned"], 1)
        equal(explain["counts"]["streamsMatched"], 1)
        assert explain["counts"]["rowsLookedAt"] >= 1 and explain["counts"]["partsRead"] >= 1, explain
        assert explain["store"] and all(set(step) == {"request", "seconds", "batches", "rows"} for step in explain["store"]), explain
        assert '{app="q"}' in explain["store"][0]["request"] and "999" in explain["store"][0]["request"], explain
        for path, query in (("query", 'sum(count_over_time({app="q"}[1h]))'), ("query_range", 'rate({app="q"}[1m])')):
            answer = server.get(path, query=query, explain="true").json
            assert answer["data"]["stats"]["explain"]["store"], answer
            assert "explain" not in server.get(path, query=query).json["data"]["stats"]


def test_pushes_share_a_bounded_memory():
    line = "z" * 1000
    with Server("--push-memory", "4MB") as server:
        at = time.time_ns() - MINUTE
        small = push_json([({"app": "m"}, [(at, line, None)])])
        large = push_json([({"app": "m"}, [(at + i, line, None) for i in range(2000)])])
        equal(server.request("POST", "/loki/api/v1/push", body=large, headers=JSON).status, 413, "it would never fit")
        bomb = zlib.compressobj(9, wbits=31)
        packed = bomb.compress(b'{"app":"' + b"b" * 50_000_000 + b'"}') + bomb.flush()
        for path in ("/loki/api/v1/push", "/insert/ndjson", "/_bulk"):
            equal(server.request("POST", path, body=packed, headers=JSON | {"Content-Encoding": "gzip"}).status, 413, path)
        held = []
        for _ in range(3):  # each announces 1 MB, and sends only part of it
            s = server.connect()
            s.sendall(b"POST /loki/api/v1/push HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1300000\r\n\r\n{")
            held.append(s)
        end = time.monotonic() + 30
        while metric(server, "sleipnir_push_memory_bytes") < 3_900_000 and time.monotonic() < end:
            time.sleep(0.01)
        with server.connect() as s:
            s.sendall(b"POST /loki/api/v1/push HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 400000\r\n\r\n")
            refused = s.recv(1000)
            assert refused.startswith(b"HTTP/1.1 429 ") and b"Retry-After: 1\r\n" in refused, refused
        for s in held:
            s.close()
        end = time.monotonic() + 30
        while metric(server, "sleipnir_push_memory_bytes") > 0 and time.monotonic() < end:
            time.sleep(0.01)
        equal(server.request("POST", "/loki/api/v1/push", body=small, headers=JSON).status, 204)
        equal(metric(server, "sleipnir_push_memory_bytes"), 0)
        equal(server.lines('{app="m"}'), [line])


def test_the_configuration_and_how_it_differs_from_the_defaults():
    with Server(config="limits_config:\n  max_line_size: 123B\n") as server:
        get = lambda mode: server.request("GET", "/config", {"mode": mode}).text
        assert "max_line_size: 123B" in get("") and "max_line_size: 123B" not in get("defaults")
        equal([line for line in get("diff").splitlines() if "http_listen_port" not in line and line != "server:"], ["limits_config:", "  max_line_size: 123B"])


def test_metrics_are_what_prometheus_reads():
    with Server() as server:
        fill(server, 10)
        server.request("POST", "/insert/ndjson", body=b"no json\n")
        server.entries('{app="q"}')
        server.get("query", query='sum(count_over_time({app="q"}[1h]))')
        text = server.request("GET", "/metrics").text
        described, seen = {}, set()
        for line in text.splitlines():
            if line.startswith("# TYPE "):
                name, kind = line.split()[2:]
                assert name not in described, "%s is described twice" % name
                described[name] = kind
            elif not line.startswith("#"):
                series, value = line.rsplit(" ", 1)
                assert series not in seen, "%s comes twice" % series
                seen.add(series)
                float(value)
                name = series.split("{")[0]
                assert name in described or name.rsplit("_", 1)[0] in described, "%s is not described" % name
        for name, labels, want in (("sleipnir_received_lines_total", "", 10), ("sleipnir_discarded_lines_total", 'reason="unreadable"', 1), ("sleipnir_query_duration_seconds_count", 'class="logs"', 1),
                                   ("sleipnir_query_duration_seconds_count", 'class="metrics"', 1), ("sleipnir_tenants", "", 1), ("sleipnir_queries_in_progress", "", 0)):
            equal(metric(server, name, labels), want, name + labels)
        for name in ("process_resident_memory_bytes", "process_open_fds", "sleipnir_disk_free_bytes", "sleipnir_push_memory_limit_bytes", "sleipnir_wal_bytes", "sleipnir_query_rows_total"):
            assert metric(server, name) > 0, name
