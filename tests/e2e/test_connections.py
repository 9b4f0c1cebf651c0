"""Many clients at once: idle ones cost nothing, busy ones share the machine, and a needle is still found at once."""
import http.client
import multiprocessing
import resource
import socket
import threading
import time
import urllib.parse

from server import MINUTE, Server, equal

IDLE, BUSY = 1000, 50
SLICE = 0.004  # seconds for which a scheduler may leave a thread waiting: shorter times of a quiet server are no measure
NEEDLE = urllib.parse.urlencode({"query": '{app="hay"} |= "needle-0123456789abcdef"', "since": "1h", "limit": 10})
LABELS = "/loki/api/v1/labels"


def fill(server, lines=200_000, batch=20_000):
    at = time.time_ns() - 10 * MINUTE
    for first in range(0, lines, batch):
        entries = [(at + first + i, '{"level":"info","path":"/api/orders/%d","trace_id":"%032x","took":%d}' % (i % 997, (first + i) * 0x9e3779b97f4a7c15 % 2**128, i % 50)) for i in range(batch)]
        equal(server.push({"app": "hay"}, entries).status, 204)
    equal(server.push({"app": "hay"}, [(at + lines // 2, "here is needle-0123456789abcdef")]).status, 204)


class Asker:
    """One keep-alive connection."""

    def __init__(self, server):
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)

    def needle(self):
        """Seconds until the answer."""
        began = time.monotonic()
        answer, body = self.get("/loki/api/v1/query_range?" + NEEDLE)
        equal((answer, body.count(b"here is needle")), (200, 1))
        return time.monotonic() - began

    def get(self, path):
        self.connection.request("GET", path)
        answer = self.connection.getresponse()
        return answer.status, answer.read()


def p99(seconds):
    return sorted(seconds)[len(seconds) * 99 // 100]


def idle_connections(server, count):
    """Each has asked once, keeps alive, and says nothing more."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    out = []
    for _ in range(count):
        s = socket.create_connection(("127.0.0.1", server.port), 30)
        s.sendall(b"GET /ready HTTP/1.1\r\nHost: x\r\n\r\n")
        assert s.recv(4096).startswith(b"HTTP/1.1 200 ")
        out.append(s)
    return out


def keep_asking(port, clients, end):
    """Each client asks a cheap question ten times a second, all at the same moment."""
    sockets = [socket.create_connection(("127.0.0.1", port), 30) for _ in range(clients)]
    request = ("GET %s HTTP/1.1\r\nHost: x\r\n\r\n" % LABELS).encode()
    while time.monotonic() < end:
        began = time.monotonic()
        for s in sockets:
            s.sendall(request)
        for s in sockets:
            assert s.recv(65536).startswith(b"HTTP/1.1 200 ")
        time.sleep(max(0, began + 0.1 - time.monotonic()))


def busy_needles(server, seconds):
    """Needles asked while a process of its own keeps the other connections busy."""
    crowd = multiprocessing.Process(target=keep_asking, args=(server.port, BUSY, time.monotonic() + seconds))
    crowd.start()
    asker, out = Asker(server), []
    time.sleep(0.3)
    while crowd.is_alive():
        out.append(asker.needle())
    crowd.join()
    equal(crowd.exitcode, 0, "the crowd's exit status")
    return out


def test_a_needle_among_a_thousand_idle_and_fifty_busy_connections():
    """A machine that is busy otherwise only makes it worse, so one good round of five is proof."""
    with Server() as server:
        fill(server)
        equal(server.request("POST", "/flush", timeout=60).status, 204)
        asker, rounds = Asker(server), []
        for _ in range(50):
            asker.needle()
        before = server.memory()
        idle = None
        for _ in range(5):
            quiet = p99([asker.needle() for _ in range(400)])
            if idle is None:
                idle = idle_connections(server, IDLE)
                grown = server.memory() - before
                assert grown < IDLE * 16 << 10, "%d idle connections take %d KiB" % (IDLE, grown >> 10)
            busy = p99(busy_needles(server, 4))
            rounds.append("%.1f ms quiet, %.1f ms busy" % (quiet * 1000, busy * 1000))
            threads = server.threads()
            assert threads <= BUSY + 20, "%d threads for %d requests at the same time" % (threads, BUSY + 1)
            if busy < 3 * max(quiet, SLICE):
                print("      p99 of a needle: " + rounds[-1])
                break
        else:
            raise AssertionError("p99 of a needle: " + "; ".join(rounds))
        for s in idle:  # all of them are still served
            s.sendall(b"GET /ready HTTP/1.1\r\nHost: x\r\n\r\n")
            assert s.recv(4096).startswith(b"HTTP/1.1 200 ")
            s.close()
