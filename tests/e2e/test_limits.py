"""Clients that send too much, too slowly, or nothing: bounded memory, and everybody else is served."""
import gzip
import socket
import time

from server import MINUTE, Server, equal, push_json

MIB = 1 << 20
PUSH_HEAD = b"POST /loki/api/v1/push HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


def status_of(answer):
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else None


def send_until_answered(server, head, pieces):
    """Sends a request piece by piece as a client that listens meanwhile; returns the answer and the bytes sent before it came."""
    with server.connect() as s:
        s.sendall(head)
        sent = 0
        try:
            for piece in pieces:
                s.setblocking(False)
                try:
                    early = s.recv(4096)
                    if early:
                        return early, sent
                except BlockingIOError:
                    pass
                s.settimeout(30)
                s.sendall(piece)
                sent += len(piece)
        except (BrokenPipeError, ConnectionResetError):
            pass
        s.settimeout(30)
        try:
            return s.recv(4096), sent
        except ConnectionResetError:
            return b"", sent


def test_a_body_over_the_limit_gets_413_without_being_read():
    with Server() as server:
        before = server.memory("VmHWM")
        size = 101 * MIB
        answer, sent = send_until_answered(server, PUSH_HEAD + b"Content-Length: %d\r\n\r\n" % size, [b" " * MIB] * 101)
        equal(status_of(answer), 413, "status")
        assert b"request body too large" in answer, answer
        grown = server.memory("VmHWM") - before
        assert grown < 32 * MIB, "memory grew by %d MiB for a body that is refused" % (grown // MIB)
        assert server.alive()


def test_a_chunked_body_over_the_limit_gets_413_and_bounded_memory():
    with Server() as server:
        before = server.memory("VmHWM")
        piece = b"%x\r\n" % MIB + b" " * MIB + b"\r\n"
        answer, sent = send_until_answered(server, PUSH_HEAD + b"Transfer-Encoding: chunked\r\n\r\n", [piece] * 300)
        equal(status_of(answer), 413, "status")
        grown = server.memory("VmHWM") - before
        assert grown < 260 * MIB, "memory grew by %d MiB" % (grown // MIB)
        assert server.alive()


def test_a_gzip_bomb_takes_bounded_memory():
    with Server() as server:
        before = server.memory("VmHWM")
        bomb = gzip.compress(b'{"streams":[]}') + gzip.compress(b" " * (100 * MIB)) * 60
        answer = server.request("POST", "/loki/api/v1/push", body=bomb, headers={"Content-Type": "application/json", "Content-Encoding": "gzip"}, timeout=120)
        equal(answer.status, 413, answer.text)
        grown = server.memory("VmHWM") - before
        assert grown < 2200 * MIB, "memory grew by %d MiB" % (grown // MIB)
        assert server.alive()


def answered_quickly(server):
    began = time.monotonic()
    equal(server.lines('{app="slow"}'), ["line"])
    assert time.monotonic() - began < 15, "a query took %.1f s" % (time.monotonic() - began)


def test_slow_clients_do_not_stop_a_query():
    beginnings = [b"", b"G", b"GET /ready HTTP/1.1\r\n", b"GET /ready HTTP/1.1\r\nHost: x\r\nX-A: ", PUSH_HEAD + b"Content-Length: 1000\r\n\r\n{",
                  PUSH_HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab"]
    with Server() as server:
        server.push({"app": "slow"}, [(time.time_ns() - MINUTE, "line")])
        slow = []
        try:
            for i in range(240):
                s = server.connect(5)
                s.sendall(beginnings[i % len(beginnings)])
                slow.append(s)
            answered_quickly(server)
            for _ in range(5):
                for s in slow:
                    try:
                        s.sendall(b"a")
                    except OSError:
                        pass
                answered_quickly(server)
        finally:
            for s in slow:
                s.close()
        answered_quickly(server)


def test_answers_that_nobody_reads_do_not_stop_a_query():
    now = time.time_ns() - MINUTE
    with Server() as server:
        server.push({"app": "slow"}, [(now, "line")])
        for i in range(4):
            server.push({"app": "large"}, [(now + i * 1000 + j, "z" * 1000) for j in range(1000)])
        readers = []
        try:
            for _ in range(60):
                s = server.connect(5)
                s.sendall(b"GET /loki/api/v1/query_range?query=%7Bapp%3D%22large%22%7D&limit=4000 HTTP/1.1\r\nHost: x\r\n\r\n")
                readers.append(s)
            time.sleep(3)  # until all have written what the sockets take
            answered_quickly(server)
        finally:
            for s in readers:
                s.close()


def raw(server, data):
    with server.connect(2) as s:  # some of these wait for more, as they may
        try:
            s.sendall(data)
            return s.recv(4096)
        except (ConnectionResetError, BrokenPipeError, socket.timeout):
            return b""


def test_malformed_http():
    requests = [b"\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 200, b"GET / HTTP/1.1\r\nbad header\r\n\r\n",
                b"GET /" + b"a" * (2 * MIB) + b" HTTP/1.1\r\nHost: x\r\n\r\n", b"GET / HTTP/1.1\r\nX-Long: " + b"a" * (2 * MIB) + b"\r\n\r\n",
                b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: y\r\n" % i for i in range(100000)) + b"\r\n",
                PUSH_HEAD + b"Content-Length: -1\r\n\r\n", PUSH_HEAD + b"Content-Length: 99999999999999999999\r\n\r\n{}", PUSH_HEAD + b"Content-Length: x\r\n\r\n{}",
                PUSH_HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n", PUSH_HEAD + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{}\r\n0\r\n\r\n"]
    with Server() as server:
        before = server.memory("VmHWM")
        for request in requests:
            status = status_of(raw(server, request))
            assert status is None or 400 <= status < 500, "%r…: %s" % (request[:60], status)
            assert server.alive(), "after %r…" % request[:60]
        grown = server.memory("VmHWM") - before
        assert grown < 64 * MIB, "memory grew by %d MiB" % (grown // MIB)


def test_long_queries_pass_as_form_and_in_the_address():
    now = time.time_ns() - MINUTE
    with Server() as server:
        server.push({"app": "long"}, [(now, "line 7")])
        for count, form in ((100, False), (2000, False), (6000, True)):
            query = '{app="long"} |= "line 7" or ' + " or ".join('"x%07d"' % i for i in range(count))
            parameters = {"query": query, "since": "1h"}
            answer = server.request("POST", "/loki/api/v1/query_range", form=parameters) if form else server.request("GET", "/loki/api/v1/query_range", parameters)
            equal(answer.status, 200, "a query of %d bytes %s: %s" % (len(query), "as a form" if form else "in the address", answer.text[:200]))
            equal(len(answer.json["data"]["result"]), 1)


def test_a_push_of_fifty_thousand_lines():
    now = time.time_ns() - MINUTE
    with Server() as server:
        body = push_json([({"app": "many"}, [(now + i, "line %d %s" % (i, "x" * 200), None) for i in range(50000)])])
        equal(server.request("POST", "/loki/api/v1/push", body=body, headers={"Content-Type": "application/json"}).status, 204)
        answer = server.get("query", query='sum(count_over_time({app="many"}[1h]))')
        equal(answer.json["data"]["result"][0]["value"][1], "50000")
