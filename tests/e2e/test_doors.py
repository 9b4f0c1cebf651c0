"""Who may come in: credentials, rights, TLS."""
import base64
import http.client
import os
import ssl
import subprocess
import time

from server import BINARY, MINUTE, Server, equal
from websocket import Refused, Tail

CREDENTIALS = """credentials:
  - {name: shipper, token: w-secret, tenants: [a], rights: [write]}
  - {user: grafana, password: r-secret, tenants: [a], rights: [read]}
  - {name: b, token: b-secret, tenants: [b], rights: [read, write]}
  - {name: ops, token: o-secret, tenants: "*", rights: [admin]}
"""


class Guarded(Server):
    def __init__(self, *flags, **options):
        super().__init__(*flags, **options)
        path = os.path.join(self.directory, "credentials.yaml")
        with open(path, "w") as f:
            f.write(CREDENTIALS)
        self.flags += ["--auth-file", path]


def bearer(token, **headers):
    return {"Authorization": "Bearer " + token} | headers


def basic(user, password):
    return {"Authorization": "Basic " + base64.b64encode(("%s:%s" % (user, password)).encode()).decode()}


def test_rights_over_http():
    with Guarded() as server:
        line = [(time.time_ns() - MINUTE, "line of a")]
        answer = server.push({"app": "x"}, line)
        equal((answer.status, answer.headers["www-authenticate"].split()[0]), (401, "Basic"))
        equal(server.push({"app": "x"}, line, basic("grafana", "r-secret")).status, 403)
        equal(server.push({"app": "x"}, line, bearer("wrong")).status, 401)
        equal(server.push({"app": "x"}, line, bearer("w-secret")).status, 204)
        equal(server.push({"app": "x"}, line, bearer("w-secret", **{"X-Scope-OrgID": "b"})).status, 403)
        equal(server.push({"app": "x"}, [(line[0][0], "line of b")], basic("any", "b-secret")).status, 204)
        equal(server.lines('{app="x"}', basic("grafana", "r-secret")), ["line of a"])
        equal(server.lines('{app="x"}', bearer("b-secret")), ["line of b"])
        equal(server.get("labels", bearer("w-secret")).status, 403)
        equal(server.get("labels", basic("grafana", "r-secret") | {"X-Scope-OrgID": "b"}).status, 403)
        for path, header, want in (("/metrics", {}, 401), ("/metrics", bearer("b-secret"), 403), ("/metrics", bearer("o-secret"), 200), ("/config", bearer("b-secret"), 403), ("/ready", {}, 200),
                                   ("/loki/api/v1/status/buildinfo", {}, 200), ("/", bearer("w-secret"), 200), ("/", {}, 401), ("/nosuch", {}, 404)):
            equal(server.request("GET", path, headers=header).status, want, path)


def test_an_unauthorized_body_is_not_read():
    with Guarded() as server, server.connect() as s:
        s.sendall(b"POST /loki/api/v1/push HTTP/1.1\r\nHost: x\r\nContent-Length: 90000000\r\n\r\n")
        assert s.recv(100).startswith(b"HTTP/1.1 401 ")


def test_a_credentials_file_that_cannot_be_used_stops_the_start():
    with Server() as server:
        path = os.path.join(server.directory, "bad.yaml")
        with open(path, "w") as f:
            f.write("credentials: [{token: hush-hush, rights: [fly]}]\n")
        p = subprocess.run([BINARY, "--auth-file", path, "--listen", "127.0.0.1:0", "--data-dir", server.directory + "/other"], capture_output=True, text=True, timeout=20)
        assert p.returncode == 1 and "bad.yaml" in p.stderr and "fly" in p.stderr and "hush" not in p.stderr, p.stderr


class Encrypted(Guarded):
    """Speaks HTTPS with a certificate made for the test."""

    def start(self):
        self.certificate, key = (os.path.join(self.directory, name) for name in ("cert.pem", "key.pem"))
        if not os.path.exists(key):
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
                            "subjectAltName=DNS:localhost,IP:127.0.0.1", "-out", self.certificate, "-keyout", key], check=True, capture_output=True)
            self.flags += ["--tls-cert", self.certificate, "--tls-key", key]
        return super().start()

    @property
    def context(self):
        return ssl.create_default_context(cafile=self.certificate)

    def request(self, method, path, parameters=None, body=None, headers=None, form=None, timeout=30):
        plain = http.client.HTTPConnection
        http.client.HTTPConnection = lambda host, port, timeout: http.client.HTTPSConnection(host, port, timeout=timeout, context=self.context)
        try:
            return super().request(method, path, parameters, body, headers, form, timeout)
        except ssl.SSLError as e:
            raise ConnectionError(e) from e
        finally:
            http.client.HTTPConnection = plain

    def connect(self, timeout=30):
        return self.context.wrap_socket(super().connect(timeout), server_hostname="localhost")


def test_https_from_large_pushes_to_large_answers():
    with Encrypted() as server:
        now = time.time_ns() - MINUTE
        entries = [(now + i, "line %d %s" % (i, "x" * 1000)) for i in range(5000)]
        equal(server.push({"app": "tls"}, entries, bearer("b-secret")).status, 204)
        equal(server.entries('{app="tls"}', bearer("b-secret")), entries)


def test_https_connections_are_kept_and_pipelined_requests_answered():
    with Encrypted() as server, server.connect() as s:
        request = b"GET /ready HTTP/1.1\r\nHost: x\r\n\r\n"
        for _ in range(3):
            s.sendall(request * 4)
            received = b""
            while received.count(b"ready\n") < 4:
                piece = s.recv(4096)
                assert piece, received
                received += piece
            time.sleep(0.05)


def test_clients_that_do_not_speak_tls_cost_nothing():
    with Encrypted() as server:
        for data in (b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01", b"\0" * 1000, b""):
            with Server.connect(server, 5) as s:
                s.sendall(data)
        slow = [Server.connect(server, 5) for _ in range(50)]
        for s in slow:
            s.sendall(b"\x16")
        equal(server.request("GET", "/ready").status, 200)
        for s in slow:
            s.close()


def test_the_live_tail_over_tls():
    with Encrypted() as server:
        with Tail(server, '{app="t"}', headers=bearer("b-secret"), tls=server.context) as tail:
            for i in range(3):
                line = "live %d %s" % (i, "y" * 100_000)
                equal(server.push({"app": "t"}, [(time.time_ns(), line)], bearer("b-secret")).status, 204)
                equal(tail.lines(1), [line])
            equal(server.stop(), 0)
            equal(tail.farewell(), (1001, "the server is stopping"))
        server.start()
        try:
            Tail(server, '{app="t"}', headers=bearer("w-secret"), tls=server.context)
            raise AssertionError("a writer reads")
        except Refused as e:
            assert str(e).startswith("403"), e


def test_the_push_command_over_https():
    with Encrypted() as server:
        def push(seconds=60, **environment):
            command = [BINARY, "push", "--url", "https://127.0.0.1:%d" % server.port, "--label", "app=cli", "-"]
            p = subprocess.Popen(command, env=os.environ | environment, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            try:
                return p.communicate("line\n", timeout=seconds)[1], p.returncode
            except subprocess.TimeoutExpired:  # it tries again
                p.kill()
                return p.communicate()[1], None

        equal(push(SSL_CERT_FILE=server.certificate, SLEIPNIR_TOKEN="b-secret"), ("", 0))
        equal(push(SSL_CERT_FILE=server.certificate, SLEIPNIR_TOKEN="any:b-secret"), ("", 0))
        equal(push(SSL_CERT_FILE=server.certificate, SLEIPNIR_TOKEN="wrong")[1], 1)
        said, status = push(3, SLEIPNIR_TOKEN="b-secret")
        assert status != 0 and "SSL" in said, "a certificate that nobody vouches for: %s %s" % (status, said)
        equal(len(server.lines('{app="cli"}', bearer("b-secret"))), 2)
