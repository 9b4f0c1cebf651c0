"""HTTP receivers for what the ruler sends: alerts as JSON, samples by remote write."""
import collections
import contextlib
import http.server
import json
import socket
import struct
import threading
import time

from server import free_port

Request = collections.namedtuple("Request", "path headers body at")


class Receiver:
    """Answers every POST with `status` and keeps it. `with Receiver() as r:`; `port` binds it where one was before."""

    def __init__(self, port=None, status=200, delay=0):
        self.port, self.status, self.delay = port or free_port(), status, delay
        self.requests, self.connections = [], []

    def __enter__(self):
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self):
                super().setup()
                receiver.connections.append(self.connection)

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.requests.append(Request(self.path, self.headers, body, time.time()))
                time.sleep(receiver.delay)
                self.send_response(receiver.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

            def handle_one_request(self):
                with contextlib.suppress(ConnectionError):
                    return super().handle_one_request()
                self.close_connection = True

        class Threaded(http.server.ThreadingHTTPServer):
            allow_reuse_address, daemon_threads = True, True

        self.server = Threaded(("127.0.0.1", self.port), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05})
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
        for connection in self.connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    @property
    def url(self):
        return "http://127.0.0.1:%d" % self.port

    def alerts(self):
        """Every alert of every message, in order."""
        return [a for r in list(self.requests) for a in json.loads(r.body)]

    def samples(self, path=None):
        """(labels, value, milliseconds) of every remote write, in order."""
        return [s for r in list(self.requests) if path in (None, r.path) for s in write_request(unsnappy(r.body))]


def until(condition, seconds=60, what="condition"):
    """What `condition` returns, once that is true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError("after %d s still no %s" % (seconds, what))


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value, shift, at = value | (byte & 127) << shift, shift + 7, at + 1
        if byte < 128:
            return value, at


def unsnappy(data):
    """Snappy's block format."""
    size, at = varint(data, 0)
    out = bytearray()
    while at < len(data):
        tag, at = data[at], at + 1
        kind, length = tag & 3, tag >> 2
        if kind == 0:
            if length >= 60:
                extra = length - 59
                length, at = int.from_bytes(data[at:at + extra], "little"), at + extra
            out += data[at:at + length + 1]
            at += length + 1
            continue
        if kind == 1:
            length, offset, at = (length & 7) + 4, (tag >> 5) << 8 | data[at], at + 1
        else:
            wide = 2 if kind == 2 else 4
            length, offset, at = length + 1, int.from_bytes(data[at:at + wide], "little"), at + wide
        for _ in range(length):
            out.append(out[-offset])
    assert len(out) == size, "snappy: %d bytes, %d expected" % (len(out), size)
    return bytes(out)


def fields(data):
    """(number, value) of a protobuf message; nested messages and texts are bytes."""
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        if key & 7 == 0:
            value, at = varint(data, at)
        elif key & 7 == 1:
            value, at = data[at:at + 8], at + 8
        else:
            assert key & 7 == 2, "wire type %d" % (key & 7)
            length, at = varint(data, at)
            value, at = data[at:at + length], at + length
        yield key >> 3, value


def write_request(data):
    for number, series in fields(data):
        assert number == 1
        labels, samples = {}, []
        for number, value in fields(series):
            pair = dict(fields(value))
            if number == 1:
                labels[pair[1].decode()] = pair[2].decode()
            else:
                samples.append((struct.unpack("<d", pair[1])[0], pair[2]))
        assert list(labels) == sorted(labels), "labels must be sorted: %r" % labels
        for value, at in samples:
            yield labels, value, at
