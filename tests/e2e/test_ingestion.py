"""Doors for lines beside Loki's push: newline-delimited JSON and Elasticsearch's _bulk."""
import gzip
import json
import time

from server import SECOND, Server, equal

NDJSON = {"Content-Type": "application/x-ndjson"}


def rfc3339(ns):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(ns // SECOND)) + ".%09dZ" % (ns % SECOND)


def insert(server, body, headers=NDJSON, **parameters):
    return server.request("POST", "/insert/ndjson", parameters, body=body if isinstance(body, bytes) else body.encode(), headers=headers)


def streams(server, query):
    answer = server.get("query_range", query=query + " | drop detected_level", since="2h", direction="forward")
    return {json.dumps(s["stream"], sort_keys=True): [v[1] for v in s["values"]] for s in answer.json["data"]["result"]}


def test_lines_are_stored_byte_for_byte_with_labels_and_time_from_their_fields():
    at = time.time_ns() - 60 * SECOND
    lines = ['{ "service": "pay",  "level":"info", "t":"%s", "msg":"a\\u00e9 < b" }' % rfc3339(at),
             '{"t":%d,"service":"pay","level":"info","deep":{"x":[1,2,{}]},"d":1.50e3}' % (at + 1),
             '{"service":"cart","t":"%s"}  ' % rfc3339(at + 2)]
    with Server() as server:
        answer = insert(server, "\n".join(lines[:2]) + "\r\n\n" + lines[2], label="service,level", time="t", extra_label="env=test")
        equal((answer.status, answer.body), (204, b""))
        equal(server.entries('{env="test"}'), [(at + i, line) for i, line in enumerate(lines)])
        equal(streams(server, '{service="cart"}'), {'{"env": "test", "service": "cart", "service_name": "cart"}': lines[2:]})
        equal(server.lines('{level="info"} | json | deep_x="" | d=1500'), lines[1:2])


def test_encodings_and_what_curl_says_by_itself():
    with Server() as server:
        line = '{"app":"zip","message":"50% of a;b&c=d"}'
        equal(insert(server, gzip.compress(line.encode()), NDJSON | {"Content-Encoding": "gzip"}).status, 204)
        equal(insert(server, line.replace("zip", "curl"), {"Content-Type": "application/x-www-form-urlencoded"}).status, 204)
        equal(server.lines('{app="zip"}'), [line])
        equal(server.lines('{app="curl"}'), [line.replace("zip", "curl")])
        equal(insert(server, b"x", NDJSON | {"Content-Encoding": "br"}).status, 400)
        equal(insert(server, b"x", NDJSON | {"Content-Encoding": "gzip"}).status, 400)


def test_a_bad_line_is_named_and_costs_only_itself():
    with Server(config="limits_config:\n  max_line_size: 200\n") as server:
        answer = insert(server, '{"app":"a","t":1}\nnot json\n{"app":"a","t":"soon"}\n{"app":"a","m":"%s"}\n{"app":"a"}\n{"app":"a"' % ("x" * 300), time="t")
        equal(answer.status, 400)
        equal((answer.json["stored"], answer.json["refused"], sorted(e["line"] for e in answer.json["errors"])), (2, 4, [2, 3, 4, 6]))
        equal(server.lines('{app="a"}'), ['{"app":"a"}'])
        equal(server.lines('{app="a"}', start=0, end=10 * SECOND), ['{"app":"a","t":1}'])


def bulk(server, *lines, path="/_bulk", headers=NDJSON):
    return server.request("POST", path, body=("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines) + "\n").encode(), headers=headers)


def test_bulk_requests_of_elasticsearch_shippers():
    at = time.time_ns() // 10**6 * 10**6 - 60 * SECOND
    document = '{"@timestamp":"%s","message":"hello","service":{"name":"web"},"host":{"name":"h1"},"log":{"level":"error"}}' % rfc3339(at)
    with Server() as server:
        for path in ("/_bulk", "/elasticsearch/_bulk"):
            index = "i" + str(len(path))
            answer = bulk(server, {"create": {"_index": index}}, document, {"index": {"_index": index, "_id": "7", "_type": "_doc"}}, document.replace("hello", "bye"), path=path)
            equal((answer.status, answer.json["errors"], [(list(i)[0], list(i.values())[0]["status"]) for i in answer.json["items"]]), (200, False, [("create", 201), ("index", 201)]))
            equal(answer.headers["x-elastic-product"], "Elasticsearch")
            equal(streams(server, '{index="%s"}' % index), {json.dumps({"host_name": "h1", "index": index, "service_name": "web"}): [document, document.replace("hello", "bye")]})
        equal(bulk(server, {"create": {}}, document, path="/elasticsearch/named/_bulk?filter_path=items.*.error").json["items"][0]["create"]["_index"], "named")
        equal(server.lines('{index="named"} | detected_level="error" | json | log_level="error"'), [document])


def test_each_item_of_a_bulk_request_fails_alone():
    with Server(config="limits_config:\n  max_line_size: 200\n") as server:
        answer = bulk(server, {"create": {"_index": "a"}}, '{"m":1}', {"create": {"_index": "a"}}, '{"m":', {"delete": {"_index": "a", "_id": "1"}}, {"update": {"_id": "1"}}, '{"doc":{}}',
                      {"create": {"_index": "a"}}, '{"m":"%s"}' % ("x" * 300), "garbage", {"index": {"_index": "a"}}, '{"m":2}')
        equal(answer.status, 200)
        equal([list(i.values())[0]["status"] for i in answer.json["items"]], [201, 400, 400, 400, 400, 400, 201])
        assert answer.json["errors"] is True and all("reason" in list(i.values())[0]["error"] for i in answer.json["items"] if list(i.values())[0]["status"] == 400)
        equal(sorted(server.lines('{index="a"}')), ['{"m":1}', '{"m":2}'])


def test_a_refusal_of_the_whole_batch_is_an_http_status_that_shippers_retry():
    with Server(config="limits_config:\n  ingestion_rate_mb: 0.0001\n  ingestion_burst_size_mb: 0.0001\n") as server:
        answer = bulk(server, {"create": {"_index": "a"}}, '{"m":"%s"}' % ("x" * 1000))
        equal((answer.status, answer.json["error"]["type"]), (429, "es_rejected_execution_exception"))
        equal(insert(server, '{"m":"%s"}' % ("x" * 1000)).status, 429)


def test_shippers_find_what_they_ask_for_before_they_send():
    with Server() as server:
        for prefix in ("", "/elasticsearch"):
            answer = server.request("GET", prefix + "/")
            equal((answer.status, answer.json["version"]["number"].split(".")[0], answer.headers["x-elastic-product"]), (200, "8", "Elasticsearch"))
            equal(server.request("HEAD", prefix + "/").status, 200)
            equal(server.request("GET", prefix + "/_license").json["license"]["status"], "active")
            equal(server.request("GET", prefix + "/_xpack").status, 200)
            for path in ("/_index_template/filebeat", "/_template/x", "/_ilm/policy/filebeat", "/_ingest/pipeline/p"):
                equal(server.request("HEAD", prefix + path).status, 200, path)
                equal(server.request("PUT", prefix + path, body=b"{}", headers={"Content-Type": "application/json"}).json, {"acknowledged": True}, path)
        equal(server.request("HEAD", "/elasticsearch/filebeat-8").status, 200)
        equal(server.request("GET", "/elasticsearch/app-logs/_refresh").status, 200, "what pino-elasticsearch asks after a batch")
    with Server("--strict") as server:
        equal(server.request("GET", "/").status, 404)
        equal(server.request("POST", "/_bulk", body=b"").status, 404)
