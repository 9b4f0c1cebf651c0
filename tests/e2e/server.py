"""Starts and stops the real binary for tests, and speaks to it."""
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BINARY = os.environ.get("SLEIPNIR_BINARY", os.path.join(ROOT, "build", "release", "sleipnir"))
sys.path.insert(0, os.path.join(ROOT, "tests", "conformance"))

from run import push_json, push_proto, snappy_literal  # noqa: E402  (the corpus's encoders)

SECOND = 10**9
MINUTE = 60 * SECOND
JSON = {"Content-Type": "application/json"}
PROTOBUF = {"Content-Type": "application/x-protobuf"}


def free_port(second=False):
    """A port nobody listens on; SLEIPNIR_TEST_PORTS=first-last keeps it in a range. `second`: not the one that the next call gives."""
    ports = os.environ.get("SLEIPNIR_TEST_PORTS")
    first, last = map(int, ports.split("-")) if ports else (0, 0)
    for port in range(last, first - 1, -1) if second else range(first, last + 1):
        with socket.socket() as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                s.bind(("127.0.0.1", port))
            except OSError:
                continue
            return s.getsockname()[1]
    raise RuntimeError("no free port in %s" % ports)


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return "%d %s" % (self.status, self.text[:500])


class Server:
    """One process with a store of its own. `with Server() as s:` starts it, and stops and removes everything at the end."""

    def __init__(self, *flags, config=None, prepare=None):
        """`config` is the text of a configuration file; `prepare` runs in the new process before the binary does."""
        self.directory = tempfile.mkdtemp(prefix="sleipnir-test-")
        self.flags, self.config, self.prepare, self.process, self.log = list(flags), config, prepare, None, None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.kill()
        if self.log:
            self.log.close()
        shutil.rmtree(self.directory, ignore_errors=True)

    def start(self):
        """Starts it and waits until it is ready; returns the seconds that took."""
        self.port = free_port()
        command = [BINARY, "serve", "--listen", "127.0.0.1:%d" % self.port, "--data-dir", os.path.join(self.directory, "data"), *self.flags]
        if self.config is not None:
            path = os.path.join(self.directory, "config.yaml")
            with open(path, "w") as f:
                f.write(self.config)
            command += ["--config", path]
        if self.log is None:
            self.log = open(os.path.join(self.directory, "log"), "ab+")
        began = time.monotonic()
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log, cwd=self.directory, preexec_fn=self.prepare)
        while time.monotonic() - began < 60:
            if self.process.poll() is not None:
                raise AssertionError("the server ended with %d: %s" % (self.process.returncode, self.log_tail()))
            try:
                if self.request("GET", "/ready").status == 200:
                    return time.monotonic() - began
            except OSError:
                pass
            time.sleep(0.005)
        raise AssertionError("the server is not ready after 60 s: %s" % self.log_tail())

    def stop(self, how=signal.SIGTERM, seconds=60):
        """Signals the process and returns its exit status."""
        self.process.send_signal(how)
        return self.process.wait(seconds)

    def kill(self):
        return self.stop(signal.SIGKILL)

    def log_tail(self):
        with open(self.log.name, "rb") as f:
            return f.read()[-2000:].decode("utf-8", "replace")

    def alive(self):
        return self.process.poll() is None and self.request("GET", "/ready").status == 200

    @property
    def url(self):
        return "http://127.0.0.1:%d" % self.port

    def connect(self, timeout=30):
        return socket.create_connection(("127.0.0.1", self.port), timeout)

    def memory(self, field="VmRSS"):
        """Bytes resident now, or at most so far with VmHWM."""
        with open("/proc/%d/status" % self.process.pid) as f:
            return next(int(line.split()[1]) * 1024 for line in f if line.startswith(field))

    def threads(self):
        with open("/proc/%d/status" % self.process.pid) as f:
            return next(int(line.split()[1]) for line in f if line.startswith("Threads"))

    def request(self, method, path, parameters=None, body=None, headers=None, form=None, timeout=30):
        if parameters:
            path += "?" + urllib.parse.urlencode(parameters, doseq=True)
        headers = dict(headers or {})
        if form is not None:
            body = urllib.parse.urlencode(form, doseq=True).encode()
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        except http.client.HTTPException as e:
            raise ConnectionError(repr(e)) from e
        finally:
            connection.close()

    def get(self, path, headers=None, **parameters):
        return self.request("GET", "/loki/api/v1/" + path, parameters, headers=headers)

    def push(self, labels, entries, headers=None):
        """entries: (time in ns, line) or (time, line, metadata)."""
        body = push_json([(labels, [(*e, None)[:3] for e in entries])])
        return self.request("POST", "/loki/api/v1/push", body=body, headers=JSON | (headers or {}))

    def push_protobuf(self, labels, entries):
        body = snappy_literal(push_proto([(labels, [(*e, None)[:3] for e in entries])]))
        return self.request("POST", "/loki/api/v1/push", body=body, headers=PROTOBUF)

    def entries(self, query, headers=None, **parameters):
        """The entries that a log query answers, as (time, line) in time order."""
        parameters = {"direction": "forward", "limit": 5000, "since": "2h"} | parameters
        if "start" in parameters:
            del parameters["since"]
        answer = self.get("query_range", headers, query=query, **parameters)
        assert answer.status == 200, answer
        return sorted((int(v[0]), v[1]) for s in answer.json["data"]["result"] for v in s["values"])

    def lines(self, query, headers=None, **parameters):
        return [line for _, line in self.entries(query, headers, **parameters)]

    def all_lines(self, query, start, end):
        """Every line in [start, end), page by page: more than one answer may hold."""
        out, seen = [], set()
        while True:
            page = [e for e in self.entries(query, start=start, end=end) if e not in seen]
            if not page:
                return out
            out += [line for _, line in page]
            seen, start = {e for e in page if e[0] == page[-1][0]}, page[-1][0]


def equal(got, want, what="answer"):
    assert got == want, "%s: got %r, want %r" % (what, got, want)
