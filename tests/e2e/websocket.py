"""A websocket client for the live tail (RFC 6455), of the standard library."""
import base64
import json
import os
import socket
import struct
import time
import urllib.parse

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


class Refused(Exception):
    """The server answered something else than 101."""


class Tail:
    """One tail. `receive_buffer`: bytes that the kernel keeps for a reader that does not read. `tls`: a context to speak TLS with."""

    def __init__(self, server, query, path="/loki/api/v1/tail", headers=None, receive_buffer=None, extra=b"", tls=None, **parameters):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(30)
        self.socket.connect(("127.0.0.1", server.port))
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_hostname="localhost")
        self.buffer, self.pings, self.closed, self.dropped = b"", 0, None, []
        lines = ["GET %s?%s HTTP/1.1" % (path, urllib.parse.urlencode({"query": query} | parameters)), "Host: x", "Upgrade: websocket", "Connection: keep-alive, Upgrade",
                 "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: " + base64.b64encode(os.urandom(16)).decode()] + ["%s: %s" % h for h in (headers or {}).items()]
        self.socket.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + extra)
        while b"\r\n\r\n" not in self.buffer:
            self._fill(time.monotonic() + 30)
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        if int(head.split(b" ", 2)[1]) != 101:
            length = next(int(h.split(b":")[1]) for h in head.lower().split(b"\r\n") if h.startswith(b"content-length"))
            while len(self.buffer) < length:
                self._fill(time.monotonic() + 30)
            self.close()
            raise Refused("%d %s" % (int(head.split(b" ", 2)[1]), self.buffer.decode()))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, kind, payload=b""):
        self.socket.sendall(bytes((0x80 | kind, 0x80 | len(payload))) + b"\0\0\0\0" + payload)

    def _fill(self, until):
        self.socket.settimeout(max(until - time.monotonic(), 0.001))
        data = self.socket.recv(1 << 16)
        if not data:
            raise EOFError
        self.buffer += data

    def _message(self, until):
        while len(self.buffer) < 2:
            self._fill(until)
        length, head = self.buffer[1] & 127, 2
        if length > 125:
            head, form = (4, ">H") if length == 126 else (10, ">Q")
            while len(self.buffer) < head:
                self._fill(until)
            length = struct.unpack(form, self.buffer[2:head])[0]
        while len(self.buffer) < head + length:
            self._fill(until)
        kind, payload, self.buffer = self.buffer[0] & 15, self.buffer[head:head + length], self.buffer[head + length:]
        return kind, payload

    def frames(self, seconds):
        """Yields frames until the server closes or nothing but pings came for so long; answers pings."""
        until = time.monotonic() + seconds
        try:
            while True:
                kind, payload = self._message(until)
                if kind == PING:
                    self.pings += 1
                    self.send(PONG, payload)
                elif kind == CLOSE:
                    self.closed = (struct.unpack(">H", payload[:2])[0], payload[2:].decode()) if payload else (None, "")
                    return
                elif kind == TEXT:
                    until = time.monotonic() + seconds
                    frame = json.loads(payload)
                    self.dropped += frame.get("dropped_entries") or []
                    yield frame
        except (socket.timeout, EOFError):
            return

    def entries(self, want, seconds=30):
        """(labels, time, line, categories or None) of the next `want` entries, fewer when the time is over."""
        out = []
        if want > 0:
            for frame in self.frames(seconds):
                for s in frame["streams"]:
                    (value,) = s["values"]
                    out.append((s["stream"], int(value[0]), value[1], value[2] if len(value) > 2 else None))
                if len(out) >= want:
                    break
        return out

    def lines(self, want, seconds=30):
        return [line for _, _, line, _ in self.entries(want, seconds)]

    def farewell(self, seconds=30):
        """How the server closes: (code, reason)."""
        for _ in self.frames(seconds):
            pass
        return self.closed
