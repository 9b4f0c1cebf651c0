"""Malformed input of every kind: Loki's status, a message that says what and where, and the server goes on."""
import gzip
import json
import random
import re
import time
import zlib

from server import JSON, MINUTE, PROTOBUF, Server, equal, push_json, push_proto, snappy_literal

PUSH = "/loki/api/v1/push"
OTLP = "/otlp/v1/logs"
# Loki answers 500 to these: a metadata name without a letter or digit, an entry without a timestamp.
LOKI_500 = re.compile("normalization for label name .* resulted in invalid name|label name is empty|no schema config found for time -6795364578.871")


class Checks:
    """Collects the requests that were not refused as they should be, so that one run shows them all."""

    def __init__(self, server):
        self.server, self.wrong, self.count = server, [], 0

    def __call__(self, what, answer, status, message=".+"):
        self.count += 1
        if answer.status != status or not re.search(message, answer.text, re.S):
            self.wrong.append("%s: want %d and /%s/, got %r" % (what, status, message, answer))

    def done(self):
        assert self.server.alive(), "the server does not answer any more"
        assert self.count, "nothing was checked"
        assert not self.wrong, "%d of %d wrong:\n  %s" % (len(self.wrong), self.count, "\n  ".join(self.wrong))


def one_entry(value, timestamp=None):
    """A push with one entry whose JSON text is given in parts."""
    return '{"streams":[{"stream":{"app":"bad"},"values":[[%s,%s]]}]}' % (timestamp or '"%d"' % time.time_ns(), value)


def test_json_pushes():
    with Server() as server:
        f = Checks(server)

        def json_push(body, status, message):
            body = body if isinstance(body, bytes) else body.encode()
            f(body[:80], server.request("POST", PUSH, body=body, headers=JSON), status, message)

        json_push("", 400, "^EOF\n$")
        json_push("{", 400, "expect")
        json_push("[]", 400, "loghttp|expect")
        json_push("null", 422, "at least one valid stream is required")
        json_push("{}", 422, "at least one valid stream is required")
        json_push('{"streams":5}', 400, ".+")
        json_push('{"streams":[5]}', 400, ".+")
        json_push('{"streams":[{"stream":[],"values":[]}]}', 400, ".+")
        json_push(one_entry('"x"')[:-9], 400, ".+")
        json_push(one_entry("5"), 400, "Value is string, but can't find closing '\"' symbol")
        json_push(one_entry("null"), 400, ".+")
        json_push(one_entry('"x"', "12345"), 400, "Value looks like Number/Boolean/None, but can't find its end")
        json_push(one_entry('"x"', '"noon"'), 400, ".+")
        json_push(one_entry('"x"', '"99999999999999999999"'), 400, ".+")
        json_push(one_entry('"x","meta"'), 400, "Value looks like object, but can't find closing '}' symbol")
        json_push(one_entry('"x",{"a":1}'), 400, ".+")
        json_push("[" * 200000, 400, ".+")
        json_push('{"streams":' + '{"a":' * 200000, 400, ".+")
        json_push('{"streams":[{"stream":' + '{"a":' * 100000 + "1" + "}" * 100000 + ',"values":[]}]}', 400, ".+")
        json_push(b"\x00\x01\x02", 400, ".+")
        json_push(b"\xff\xfe{\x00}\x00", 400, ".+")
        f.done()


def test_labels():
    with Server() as server:
        f = Checks(server)
        now = time.time_ns()

        def labels(text, status, message):
            body = snappy_literal(push_proto([(text, [(now, "x", None)])]))
            f(text[:60], server.request("POST", PUSH, body=body, headers=PROTOBUF), status, message)

        labels("{", 400, r"couldn't parse labels: 1:2: parse error: ")
        labels("{a=b}", 400, r'couldn\'t parse labels: 1:4: parse error: unexpected identifier "b" in label set, expected string')
        labels('{a-b="c"}', 400, r"couldn't parse labels: 1:3: parse error: unexpected character inside braces: '-'")
        labels('{a="b"', 400, r"couldn't parse labels: 1:7: parse error: unexpected end of input inside braces")
        labels('{a="b}', 400, r"couldn't parse labels: 1:4: parse error: ")
        labels("two words", 400, r"couldn't parse labels: 1:5: parse error: unexpected identifier \"words\"")
        labels('{a="1", a="2"}', 400, r"""stream '\{a="1", a="2", service_name="unknown_service"\}' has duplicate label name: 'a'""")
        labels("{" * 100000, 400, "couldn't parse labels")
        many = "{%s}" % ", ".join('l%02d="v"' % i for i in range(5000))
        answer = server.request("POST", PUSH, body=snappy_literal(push_proto([(many, [(now, "x", None)])])), headers=PROTOBUF)
        assert answer.status in (204, 400), answer
        f.done()


def valid_protobuf():
    return push_proto([({"app": "bits"}, [(time.time_ns(), "line %d" % i, {"k": "v"}) for i in range(20)])])


def test_protobuf_and_snappy_pushes():
    with Server() as server:
        f = Checks(server)

        def push(what, body, status, message):
            f(what, server.request("POST", PUSH, body=body, headers=PROTOBUF), status, message)

        good = valid_protobuf()
        push("empty body", b"", 400, "^snappy: corrupt input\n$")
        push("protobuf without snappy", good, 400, "^snappy: corrupt input\n$")
        push("text", b"hello, world", 400, "^snappy: corrupt input\n$")
        push("a length of 4 GiB", b"\xff\xff\xff\xff\x0f" + b"abc", 400, "^snappy: corrupt input\n$")
        push("a length of 2^63", b"\xff\xff\xff\xff\xff\xff\xff\xff\x7f" + b"abc", 400, "^snappy: corrupt input\n$")
        push("a truncated message", snappy_literal(good[:-3]), 400, "^unexpected EOF\n$")
        push("a field longer than the message", snappy_literal(b"\x0a\xff\xff\xff\x7f"), 400, "^unexpected EOF\n$")
        push("an endless varint", snappy_literal(b"\x0a" + b"\xff" * 12), 400, ".+")
        push("a wire type that does not exist", snappy_literal(b"\x0f\x00"), 400, ".+")
        push("no streams", snappy_literal(b""), 422, "at least one valid stream is required")
        before = server.memory("VmHWM")
        push("a claim of 1 GiB", b"\x80\x80\x80\x80\x04" + b"abc", 400, "^snappy: corrupt input\n$")
        assert server.memory("VmHWM") < before + (64 << 20), "memory was taken for a claimed length"
        f.done()


def test_gzip_and_content_headers():
    with Server() as server:
        f = Checks(server)
        good = push_json([({"app": "gz"}, [(time.time_ns(), "x", None)])])

        def push(what, body, headers, status, message):
            f(what, server.request("POST", PUSH, body=body, headers=headers), status, message)

        zipped = gzip.compress(good)
        push("gzip", zipped, JSON | {"Content-Encoding": "gzip"}, 204, "^$")
        push("raw deflate", zlib.compress(good)[2:-4], JSON | {"Content-Encoding": "deflate"}, 204, "^$")
        push("not gzip", good, JSON | {"Content-Encoding": "gzip"}, 400, "^gzip: invalid header\n$")
        push("truncated gzip", zipped[:-12], JSON | {"Content-Encoding": "gzip"}, 400, "unexpected EOF")
        push("empty gzip", b"", JSON | {"Content-Encoding": "gzip"}, 400, "EOF")
        push("not deflate", b"\xff" * 50, JSON | {"Content-Encoding": "deflate"}, 400, ".+")
        push("unknown encoding", good, JSON | {"Content-Encoding": "zstd"}, 400, '^Content-Encoding "zstd" not supported\n$')
        push("no content type", good, {}, 400, "^mime: no media type\n$")
        push("bad content type", good, {"Content-Type": "application/json;bad"}, 400, "^mime: invalid media parameter\n$")
        push("JSON as text", good, {"Content-Type": "text/plain"}, 400, "^snappy: corrupt input\n$")
        f("wrong method", server.request("GET", PUSH), 405, "^$")
        f("unknown path", server.request("POST", "/loki/api/v1/pusch", body=good, headers=JSON), 404, "^404 page not found\n$")
        f.done()


def test_otlp():
    with Server() as server:
        f = Checks(server)

        def push(what, body, headers, status, message):
            answer = server.request("POST", OTLP, body=body, headers=headers)
            f(what, answer, status, message)
            if status >= 400:
                equal(answer.headers.get("content-type"), "application/octet-stream", what)

        protobuf = {"Content-Type": "application/x-protobuf"}
        push("JSON cut off", b'{"resourceLogs":[', JSON, 400, ".+")
        push("an array", b"[]", JSON, 400, ".+")
        push("no records", b"{}", JSON, 422, "at least one valid stream is required")
        push("time is no number", b'{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"x"}]}]}]}', JSON, 400, ".+")
        push("nesting", b'{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":' + b'{"arrayValue":{"values":[' * 50000, JSON, 400, ".+")
        push("unknown type", b"{}", {"Content-Type": "text/plain"}, 400, "content type: text/plain is not supported")
        push("type with parameters", b"{}", {"Content-Type": "application/json; charset=utf-8"}, 400, "content type: application/json; charset=utf-8 is not supported")
        push("unknown encoding", b"x", protobuf | {"Content-Encoding": "deflate"}, 400, "unsupported content encoding deflate: only gzip, lz4 and zstd are supported")
        push("not gzip", b"hello", protobuf | {"Content-Encoding": "gzip"}, 400, ".+")
        push("not zstd", b"hello", protobuf | {"Content-Encoding": "zstd"}, 400, ".+")
        push("not lz4", b"hello", protobuf | {"Content-Encoding": "lz4"}, 400, ".+")
        push("not protobuf", b"\xff" * 20, protobuf, 400, ".+")
        push("no protobuf records", b"", protobuf, 422, "at least one valid stream is required")
        f.done()


def test_logql():
    with Server("--strict") as server:
        f = Checks(server)
        server.push({"app": "q"}, [(time.time_ns() - MINUTE, '{"a":1}')])

        def query(text, message, path="query_range"):
            answer = server.request("POST", "/loki/api/v1/" + path, form={"query": text})
            f(text[:60], answer, 400, message)
            assert answer.headers["content-type"].startswith("text/plain"), answer.headers

        query("", "^parse error : syntax error: unexpected \\$end$")
        query("{", "^parse error at line 1, col 2: syntax error: unexpected \\$end, expecting IDENTIFIER or }$")
        query('{app="q"} |', "^parse error at line 1, col 12: syntax error: unexpected \\$end")
        query('{app="q"} | | json', "^parse error at line 1, col 13: syntax error: unexpected \\|")
        query('{app="q"', "^parse error at line 1, col 9: syntax error: unexpected \\$end")
        query("{app=q}", "^parse error at line 1, col 6: syntax error: unexpected IDENTIFIER")
        query('{app="q}', "^parse error at line 1, col \\d+: literal not terminated$")
        query("{}", "^parse error : queries require at least one regexp or equality matcher that does not have an empty-compatible value")
        query('{app=~".*"}', "^parse error : queries require at least one regexp or equality matcher")
        query('{app=~"["}', "error parsing regexp: missing closing \\]")
        query('{app="q"} |~ "("', "error parsing regexp: missing closing \\)")
        query('{app="q"} | regexp "no group"', "at least one named capture must be supplied")
        query('{app="q"} | pattern "no capture"', "at least one capture is required")
        query('{app="q"} | line_format "{{.a"', "unclosed action")
        query('{app="q"} | line_format "{{nosuch .a}}"', 'function "nosuch" not defined')
        query('rate({app="q"})', "^parse error at line 1, col \\d+: syntax error")
        query('rate({app="q"}[5x])', '^parse error at line 0, col 15: unknown unit "x" in duration "5x"$')
        query('sum(rate({app="q"}[5m])', "^parse error at line 1, col 24: syntax error: unexpected \\$end")
        query('topk(0, rate({app="q"}[5m]))', "^parse error : invalid parameter \\(must be greater than 0\\) topk\\(0")
        query('{app="q"}', "log queries are not supported as an instant query type", "query")
        query("(" * 100000 + "1", ".+")
        query('{app="q"} ' + "| json " * 30000, ".+")
        query('{app="q"} | ' + "(" * 20000 + 'a="b"', ".+")
        query("x" * 200000, ".+")
        query('{app="q"} |= "\x00"' + "\x00", ".+")
        f.done()


def test_queries_made_to_be_slow_or_deep_end_soon():
    app = '{app="q"} '
    queries = [
        "-" * 100000 + "1", "+".join(["1"] * 60000), "+".join(['count_over_time({app="q"}[1m])'] * 3000), "sum(" * 20000 + "1" + ")" * 20000, "/*" * 60000, "#" * 100000,
        app + "| " + " or ".join(['a="b"'] * 12000), app + '|= "a" ' + ' or "a"' * 15000, app + "| drop " + ",".join("x%d" % i for i in range(15000)), app + '| json a="%sc"' % ("b[0]." * 20000),
        app + '|~ "%s%s"' % ("(" * 10000, ")" * 10000), app + '|~ "((a{1,100}){1,100}){1,100}"', app + '|~ "(a*)*b"', app + '| regexp "(?P<x>(a|a)*)$"',
        app + '| line_format "{{%s.a%s}}"' % ("(" * 30000, ")" * 30000), app + '| line_format "{{if .z}}%sx{{end}}"' % ("{{else if .z}}" * 8000), app + '| line_format `{{ repeat 100000000 "x" }}`',
        app + '| line_format `{{ printf "%0999999999d" 1 }}`', app + '| line_format `{{define "a"}}{{template "a"}}{{end}}{{template "a"}}`', app + '| line_format `{{ range 1000000000 }}{{ end }}`']
    with Server() as server:
        server.push({"app": "q"}, [(time.time_ns() - MINUTE, '{"a":"%s"}' % ("a" * 5000))])
        for query in queries:
            began = time.monotonic()
            answer = server.request("POST", "/loki/api/v1/query_range", form={"query": query})
            assert answer.status in (200, 400), "%s…: %r" % (query[:60], answer)
            assert time.monotonic() - began < 20, "%s… took %.1f s" % (query[:60], time.monotonic() - began)
        assert server.alive()


def test_times_and_numbers():
    with Server() as server:
        f = Checks(server)

        def query(parameters, message, path="query_range"):
            f(parameters, server.get(path, **{"query": '{app="t"}'} | parameters), 400, message)

        query({"start": "abc"}, "^could not parse 'start' parameter: strconv.ParseInt: parsing \"abc\": invalid syntax$")
        query({"end": "2026-13-01T00:00:00Z"}, "^could not parse 'end' parameter: ")
        query({"start": "99999999999999999999"}, "^could not parse 'start' parameter: .*value out of range")
        query({"since": "abc"}, "^could not parse 'since' parameter: not a valid duration string: \"abc\"$")
        query({"step": "abc"}, '^cannot parse "abc" to a valid duration$')
        query({"step": "0"}, "^zero or negative query resolution step widths are not accepted. Try a positive integer$")
        query({"step": "1e300"}, "overflows int64")
        query({"interval": "-1"}, "^interval must be >= 0$")
        query({"limit": "0"}, "^limit must be a positive value$")
        query({"limit": "ten"}, '^strconv.Atoi: parsing "ten": invalid syntax$')
        query({"limit": "4294967296"}, "out of range \\[0, 4294967295\\]$")
        query({"direction": "sideways"}, "^invalid direction 'sideways'$")
        query({"start": "2000000000", "end": "1000000000"}, "^end timestamp must not be before or equal to start time$")
        query({"query": "vector(1)", "time": "noon"}, "strconv.ParseInt: parsing \"noon\": invalid syntax", "query")
        answer = server.request("GET", '/loki/api/v1/query_range?query=%7Bapp%3D%22t%22%7D&start=%zz')
        assert answer.status in (200, 400), answer
        f.done()


def test_times_far_away_do_not_break_anything():
    with Server() as server:
        for time_text in ("0", "1", "-1", str(2**63 - 1), str(-2**63), "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "1e18", "NaN.0", "9999999999"):
            for path in ("query_range", "labels", "series", "index/stats", "detected_fields", "index/volume_range"):
                for name in ("start", "end"):
                    answer = server.get(path, query='{app="t"}', **{name: time_text})
                    assert answer.status in (200, 400), "%s %s=%s: %r" % (path, name, time_text, answer)
            answer = server.get("query", query='sum(count_over_time({app="t"}[1h]))', time=time_text)
            assert answer.status in (200, 400), "time=%s: %r" % (time_text, answer)
        assert server.alive()


def test_truncated_bodies():
    with Server() as server:
        plain = push_json([({"app": "cut"}, [(time.time_ns(), "some line", {"k": "v"})])])
        good = snappy_literal(valid_protobuf()[:400])
        bodies = [(plain, JSON), (gzip.compress(plain), JSON | {"Content-Encoding": "gzip"}), (good, PROTOBUF)]
        for body, headers in bodies:
            for n in range(len(body) - 8):  # JSON ends before the trailer of gzip
                answer = server.request("POST", PUSH, body=body[:n], headers=headers)
                assert answer.status == 400, "%s cut after %d bytes: %r" % (headers, n, answer)
        assert server.alive()
        equal(server.lines('{app="cut"}'), [], "lines of truncated pushes")


def test_flipped_bits():
    chance = random.Random(7)
    with Server() as server:
        otlp = json.dumps({"resourceLogs": [{"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "s"}}]}, "scopeLogs": [
            {"logRecords": [{"timeUnixNano": str(time.time_ns()), "body": {"stringValue": "x"}, "traceId": "5b8efff798038103d269b633813fc60c"}]}]}]}).encode()
        plain = push_json([({"app": "flip"}, [(time.time_ns(), "some line", {"k": "v"})])])
        bodies = [(PUSH, plain, JSON), (PUSH, gzip.compress(plain), JSON | {"Content-Encoding": "gzip"}), (PUSH, snappy_literal(valid_protobuf()), PROTOBUF),
                  (OTLP, otlp, JSON)]
        for path, body, headers in bodies:
            for _ in range(250):
                flipped = bytearray(body)
                for _ in range(chance.randint(1, 4)):
                    flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
                answer = server.request("POST", path, body=bytes(flipped), headers=headers)
                assert LOKI_500.search(answer.text) or answer.status in (204, 400, 413, 422), "%s: %r to %r" % (path, answer, bytes(flipped))
                assert answer.status == 204 or answer.text.strip(), "%s with %r: refused without a message" % (path, bytes(flipped))
        assert server.alive()


def test_a_partly_bad_push_stores_the_good_part_and_names_the_bad():
    now = time.time_ns()
    with Server(config="limits_config:\n  max_line_size: 1000\n") as server:
        answer = server.push({"app": "part"}, [(now, "good 1"), (now + 1, "y" * 1001), (now + 2, "good 2")])
        equal(answer.status, 400)
        assert "max entry size '1000' bytes exceeded for stream '{app=\"part\", service_name=\"part\"}' while adding an entry with length '1001' bytes" in answer.text, answer
        equal(server.lines('{app="part"}'), ["good 1", "good 2"])
