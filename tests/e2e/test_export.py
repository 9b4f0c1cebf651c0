"""Export: every line of a log query, however many, in either direction, in constant memory."""
import http.client
import json
import socket
import time
import urllib.parse

from server import MINUTE, Server, equal


def lines_of(answer):
    return [json.loads(line) for line in answer.text.splitlines()]


def export(server, query, headers=None, **parameters):
    return server.get("export", headers, query=query, **({"since": "2h"} | parameters))


def fill(server, count, size=10, app="e"):
    now = time.time_ns() - 2 * MINUTE
    for first in range(0, count, 20_000):
        entries = [(now + i, "%d %s" % (i, "x" * size)) for i in range(first, min(first + 20_000, count))]
        equal(server.push({"app": app}, entries).status, 204)
    return now


def test_every_line_in_both_directions_beyond_every_limit():
    with Server(config="limits_config:\n  max_entries_limit_per_query: 10\n") as server:
        start = fill(server, 30_000)
        forward = lines_of(export(server, '{app="e"}'))
        equal([(int(row["ts"]) - start, row["line"].split()[0]) for row in forward], [(i, str(i)) for i in range(30_000)])
        equal(lines_of(export(server, '{app="e"}', direction="backward")), forward[::-1])
        equal(lines_of(export(server, '{app="e"}', direction="backward", limit=2)), forward[:-3:-1])
        equal(export(server, '{app="e"} |~ "^2999[0-9] "', format="lines").text, "".join(row["line"] + "\n" for row in forward[-10:]))


def test_labels_metadata_and_what_was_parsed():
    with Server() as server:
        at = time.time_ns() - MINUTE
        server.push({"app": "m"}, [(at, 'a=1 level=info <&> "q"', {"trace": "t"})])
        answer = export(server, '{app="m"} | logfmt')
        equal((answer.status, answer.headers["content-type"]), (200, "application/x-ndjson"))
        equal(lines_of(answer), [{"ts": str(at), "line": 'a=1 level=info <&> "q"', "stream": {"app": "m", "service_name": "m"}, "metadata": {"detected_level": "info", "trace": "t"},
                                  "parsed": {"a": "1", "level": "info"}}])
        equal(export(server, '{app="nothing"}').text, "")
        for query, parameters, want in (("{", {}, 400), ('sum(rate({app="m"}[1m]))', {}, 400), ('{app="m"}', {"format": "xml"}, 400), ('{app="m"}', {"start": "x"}, 400)):
            equal(export(server, query, **parameters).status, want, query)


def test_an_exported_file_can_be_inserted_again():
    with Server() as server:
        fill(server, 1000)
        exported = export(server, '{app="e"}')
        answer = server.request("POST", "/insert/ndjson", {"label": "app=stream.app", "extra_label": "copy=yes", "time": "ts"}, body=exported.body)
        equal(answer.status, 204)
        equal([int(ts) for ts, _ in server.entries('{copy="yes"}')], [int(row["ts"]) for row in lines_of(exported)])


def test_memory_does_not_grow_with_the_answer():
    with Server() as server:
        for i in range(5):
            fill(server, 20_000, 1500, "big%d" % i)
        equal(server.request("POST", "/flush").status, 204)
        export(server, '{app="big0"}', limit=20_000)  # caches and buffers are warm
        before, size = server.memory("VmHWM"), 0
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        connection.request("GET", "/loki/api/v1/export?" + urllib.parse.urlencode({"query": '{app=~"big.*"}', "since": "2h"}))
        answer = connection.getresponse()
        while piece := answer.read(1 << 20):
            size += len(piece)
        assert size > 150_000_000, size
        grown = server.memory("VmHWM") - before
        assert grown < size / 3, "%d bytes for an answer of %d" % (grown, size)


def test_a_reader_that_leaves_ends_the_export():
    with Server() as server:
        fill(server, 100_000, 300)
        for _ in range(20):
            with server.connect() as s:
                s.sendall(b"GET /loki/api/v1/export?query=%7Bapp%3D%22e%22%7D HTTP/1.1\r\nHost: x\r\n\r\n")
                assert s.recv(1000).startswith(b"HTTP/1.1 200")
                s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        equal(server.stop(), 0)


def test_http_1_0_is_told_that_it_cannot_have_chunks():
    with Server() as server, server.connect() as s:
        s.sendall(b"GET /loki/api/v1/export?query=%7Bapp%3D%22e%22%7D HTTP/1.0\r\n\r\n")
        assert s.recv(1000).split(b" ")[1] == b"400"
