"""Syslog over TCP and UDP."""
import socket
import time

from server import MINUTE, SECOND, Server, equal, free_port


class Syslog(Server):
    def __init__(self, *flags, **options):
        self.syslog = free_port(second=True)
        super().__init__("--syslog-listen", "127.0.0.1:%d" % self.syslog, *flags, **options)

    def send(self, data):
        with socket.create_connection(("127.0.0.1", self.syslog)) as s:
            s.sendall(data)

    def wait_for(self, query, count, **parameters):
        """The lines, once there are so many; messages are stored without an answer."""
        end = time.monotonic() + 60
        while len(lines := self.lines(query, **parameters)) < count and time.monotonic() < end:
            time.sleep(0.02)
        return lines


def modern(text, app="app", at=None, priority=134):
    at = at or time.time_ns()
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at // SECOND)) + ".%06dZ" % (at % SECOND // 1000)
    return ("<%d>1 %s web1 %s 42 ID7 [origin@1 ip=\"10.0.0.1\"] %s" % (priority, stamp, app, text)).encode()


def test_tcp_with_both_framings_keeps_lines_labels_times_and_structured_data():
    at = (time.time_ns() - MINUTE) // 1000 * 1000
    one, two = modern("counted, with a\nline feed", at=at), modern("  ended by a line feed  ", at=at + 1000)
    with Syslog() as server:
        server.send(b"%d %s" % (len(one), one) + two + b"\n" + b"<11>Oct 11 22:14:15 old su[9]: old style\n")
        equal(server.wait_for('{app="app"}', 2), ["counted, with a\nline feed", "  ended by a line feed  "])
        equal(server.entries('{app="app"}'), [(at, "counted, with a\nline feed"), (at + 1000, "  ended by a line feed  ")])
        equal(server.lines('{app="app", host="web1", facility="local0", level="info", service_name="app"} | origin_1_ip="10.0.0.1" | procid="42" | msgid="ID7" |= "counted"'), ["counted, with a\nline feed"])
        equal(server.wait_for('{app="su", host="old", level="error"} | syslog_time="Oct 11 22:14:15" | procid="9"', 1), ["old style"])


def test_udp():
    with Syslog() as server, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        for i in range(100):
            s.sendto(modern("datagram %d" % i, "udp") + (b"\n" if i % 2 else b""), ("127.0.0.1", server.syslog))
        s.sendto(b"no syslog at all", ("127.0.0.1", server.syslog))
        equal(sorted(server.wait_for('{app="udp"}', 100)), sorted("datagram %d" % i for i in range(100)))
        equal(server.wait_for('{host="127.0.0.1"}', 1), ["no syslog at all"])


def test_what_was_read_is_stored_at_the_end_and_survives_a_kill():
    with Syslog() as server:
        server.send(b"".join(modern("line %d" % i, "many") + b"\n" for i in range(20000)))
        equal(len(server.wait_for('{app="many"} |= "line 19999"', 1)), 1)
        server.kill()
        server.start()
        answer = server.get("query", query='sum(count_over_time({app="many"}[1h]))')
        equal(answer.json["data"]["result"][0]["value"][1], "20000")


def test_a_sender_waits_while_the_store_refuses_and_loses_nothing():
    with Syslog(config="limits_config:\n  ingestion_rate_mb: 0.1\n  ingestion_burst_size_mb: 0.2\n") as server:
        text = "x" * 1000
        for part in range(4):
            server.send(b"".join(modern("%d %s" % (part * 100 + i, text), "slow") + b"\n" for i in range(100)))
        equal(len(server.wait_for('{app="slow"}', 400)), 400)


def test_nonsense_closes_its_own_connection_only():
    with Syslog() as server, socket.create_connection(("127.0.0.1", server.syslog)) as good:
        with socket.create_connection(("127.0.0.1", server.syslog), 10) as bad:
            bad.sendall(b"99999999 x")
            equal(bad.recv(1), b"")
        good.sendall(modern("still here", "good") + b"\n")
        equal(server.wait_for('{app="good"}', 1), ["still here"])
        assert server.alive()


def test_tenants():
    with Syslog("--syslog-tenant", "infra", config="auth_enabled: true\n") as server:
        server.send(modern("of infra") + b"\n")
        end = time.monotonic() + 60
        while not (lines := server.lines('{app="app"}', {"X-Scope-OrgID": "infra"})) and time.monotonic() < end:
            time.sleep(0.02)
        equal(lines, ["of infra"])
        equal(server.lines('{app="app"}', {"X-Scope-OrgID": "other"}), [])
