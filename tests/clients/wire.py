"""Reads what clients send, independently of the server's decoders: HTTP/1.1, Loki's push as JSON and as protobuf, snappy."""
import ast
import calendar
import gzip
import json
import re
import time


class Request:
    def __init__(self, method, path, headers, body):
        self.method, self.path, self.headers, self.body = method, path, headers, body

    def header(self, name):
        return self.headers.get(name, "")

    def __repr__(self):
        return "%s %s (%s, %d bytes)" % (self.method, self.path, self.header("content-type"), len(self.body))


def messages(data):
    """The HTTP messages of one direction of a connection: (first line, headers, body)."""
    at = 0
    while True:
        end = data.find(b"\r\n\r\n", at)
        if end < 0:
            return
        first, *lines = data[at:end].decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        at = end + 4
        if headers.get("transfer-encoding") == "chunked":
            body = b""
            while True:
                size, _, rest = data[at:].partition(b"\r\n")
                at += len(size) + 2
                size = int(size.split(b";")[0], 16)
                body += data[at:at + size]
                at += size + 2
                if size == 0:
                    break
        else:
            length = int(headers.get("content-length", "0"))
            body = data[at:at + length]
            at += length
        yield first, headers, body


def requests(data):
    return [Request(*first.split(" ")[:2], headers, body) for first, headers, body in messages(data)]


def answers(data):
    """(status, body), `100 Continue` left out."""
    return [(int(first.split(" ")[1]), body) for first, _, body in messages(data) if not first.split(" ")[1].startswith("1")]


def varint(data, at):
    value, shift = 0, 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at


def fields(data):
    """(number, value) of a protobuf message: ints and bytes."""
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        kind = tag & 7
        if kind == 0:
            value, at = varint(data, at)
        elif kind == 2:
            size, at = varint(data, at)
            value, at = data[at:at + size], at + size
        else:
            size = {1: 8, 5: 4}[kind]
            value, at = data[at:at + size], at + size
        yield tag >> 3, value


def unsnappy(data):
    """The raw block format."""
    size, at = varint(data, 0)
    out = bytearray()
    while at < len(data):
        tag = data[at]
        at += 1
        if tag & 3 == 0:
            length = (tag >> 2) + 1
            if length > 60:
                extra = length - 60
                length, at = int.from_bytes(data[at:at + extra], "little") + 1, at + extra
            out += data[at:at + length]
            at += length
            continue
        if tag & 3 == 1:
            length, offset, at = (tag >> 2 & 7) + 4, (tag & 0xe0) << 3 | data[at], at + 1
        else:
            extra = 2 if tag & 3 == 2 else 4
            length, offset, at = (tag >> 2) + 1, int.from_bytes(data[at:at + extra], "little"), at + extra
        for _ in range(length):
            out.append(out[-offset])
    assert len(out) == size, "snappy: %d bytes, not %d" % (len(out), size)
    return bytes(out)


def label_set(text):
    """`{a="b", c="d"}`, the values quoted as in Go."""
    return {name: ast.literal_eval(value) for name, value in re.findall(r'(\w+)\s*=\s*("(?:[^"\\]|\\.)*")', text)}


def push_protobuf(body):
    out = []
    for _, stream in fields(unsnappy(body)):
        parts = list(fields(stream))
        labels = label_set(next(v for n, v in parts if n == 1).decode())
        for entry in (v for n, v in parts if n == 2):
            members = list(fields(entry))
            stamp = dict(next((fields(v) for n, v in members if n == 1), ()))
            line = next((v for n, v in members if n == 2), b"").decode()
            pairs = [dict(fields(v)) for n, v in members if n == 3]
            out.append((labels, stamp.get(1, 0) * 10**9 + stamp.get(2, 0), line, {p[1].decode(): p.get(2, b"").decode() for p in pairs}))
    return out


def nanoseconds(text):
    """Of an RFC 3339 time in UTC."""
    whole, _, rest = re.sub(r"(Z|\+00:00)$", "", text).partition(".")
    return calendar.timegm(time.strptime(whole, "%Y-%m-%dT%H:%M:%S")) * 10**9 + int(rest.ljust(9, "0") or 0)


def push_older_json(body):
    """As before Loki 0.4."""
    return [(label_set(s["labels"]), nanoseconds(e["ts"]), e["line"], {}) for s in json.loads(body)["streams"] for e in s["entries"]]


def push_json(body):
    return [(s["stream"], int(v[0]), v[1], v[2] if len(v) > 2 else {}) for s in json.loads(body)["streams"] for v in s["values"]]


def push(request):
    """The entries of a push: (labels, time in ns, line, metadata)."""
    body = gzip.decompress(request.body) if request.header("content-encoding") == "gzip" else request.body
    if request.path == "/api/prom/push":
        return push_older_json(body)
    return push_json(body) if request.header("content-type").startswith("application/json") else push_protobuf(body)
