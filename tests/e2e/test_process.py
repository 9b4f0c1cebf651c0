"""The process: how it starts, stops, and refuses to start."""
import os
import re
import resource
import signal
import socket
import subprocess
import tempfile
import time

from receiver import until
from server import BINARY, MINUTE, ROOT, Server, equal, free_port


def test_it_is_ready_within_a_fifth_of_a_second():
    with Server() as server:
        server.push({"app": "start"}, [(time.time_ns() - MINUTE + i, "line %d" % i) for i in range(5000)])
        best = 60
        for _ in range(20):
            server.stop()
            best = min(best, server.start())
            if best < 0.2:
                break
        assert best < 0.2, "ready after %.3f s at best" % best


def test_sigterm_and_ctrl_c_exit_0_at_once():
    for how in (signal.SIGTERM, signal.SIGINT):
        with Server() as server:
            idle = server.connect()
            began = time.monotonic()
            equal(server.stop(how), 0, "exit status after %s" % how.name)
            assert time.monotonic() - began < 15, "it took %.1f s" % (time.monotonic() - began)
            idle.close()


def test_the_stripped_binary_is_smaller_than_15_mb():
    with tempfile.TemporaryDirectory() as d:
        stripped = os.path.join(d, "sleipnir")
        subprocess.run(["strip", "-o", stripped, BINARY], check=True)
        size = os.path.getsize(stripped)
        assert size < 15 * 10**6, "%d bytes" % size


def refusal(*arguments, cwd=None):
    """Exit status and output of a start that must fail."""
    p = subprocess.run([BINARY, *arguments], capture_output=True, text=True, timeout=20, cwd=cwd)
    return p.returncode, p.stdout + p.stderr


def test_a_start_that_cannot_work_says_why_and_fails():
    with Server() as server, tempfile.TemporaryDirectory() as d:
        data = os.path.join(server.directory, "data")
        broken = os.path.join(d, "broken.yaml")
        with open(broken, "w") as f:
            f.write("limits_config:\n  max_line_size: [\n")
        wrong = os.path.join(d, "wrong.yaml")
        with open(wrong, "w") as f:
            f.write("limits_config:\n  retention_period: soon\n")

        def f(arguments, *words):
            status, output = refusal(*arguments, cwd=d)
            assert status not in (0, -signal.SIGSEGV, -signal.SIGABRT), "%s: exit status %d" % (arguments, status)
            for word in words:
                assert word in output, "%s: no %r in %r" % (arguments, word, output)

        listen = ["serve", "--listen", "127.0.0.1:%d" % free_port()]
        f(listen + ["--data-dir", data], data)
        f(["serve", "--listen", "127.0.0.1:%d" % server.port, "--data-dir", os.path.join(d, "a")], str(server.port))
        f(listen + ["--data-dir", "/proc/nowhere"], "/proc/nowhere")
        f(listen + ["--config", os.path.join(d, "missing.yaml")], "missing.yaml")
        f(listen + ["--config", broken], "broken.yaml")
        f(listen + ["--config", wrong], "wrong.yaml: line 2: limits_config.retention_period")
        f(listen + ["--config", d], d)
        f(listen + ["--auth-file", d], d)
        f(listen + ["--tls-cert", "nosuch.pem", "--tls-key", "nosuch.pem"], "nosuch.pem: No such file or directory")
        f(listen + ["--alertmanager-url", "nowhere"], "--alertmanager-url: nowhere")
        f(listen + ["--log-level", "loud"], "--log-level", "loud")
        f(["serve", "--no-such-flag"], "--no-such-flag")
        assert server.alive()


def test_help_and_the_readme_tell_the_same_flags_and_variables():
    with open(os.path.join(ROOT, "README.md")) as f:
        told = re.findall(r"^\| (`--.*?) \| (`SLEIPNIR_.*?) \|", f.read(), re.M)
    want = {pair for flags, variables in told for pair in zip(re.findall(r"--[a-z-]+", flags), re.findall(r"SLEIPNIR_\w+", variables), strict=True)}
    for command in (["--help"], ["serve", "--help"]):
        status, text = refusal(*command)
        equal((status, set(re.findall(r"^ +(--[a-z-]+) .*\(Env:(\w+)\)", text, re.M))), (0, want), " ".join(command))


def test_readiness_for_those_who_ask_for_heads_only():
    with Server() as server:
        answer = server.request("HEAD", "/ready")
        equal((answer.status, answer.body), (200, b""))


def answers(server):
    try:
        return server.alive()
    except OSError:  # it takes no more connections
        return False


def few_descriptors():
    resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100))


def test_clients_leave_descriptors_to_the_store():
    with Server(prepare=few_descriptors) as server:
        first = server.connect(5)
        others = [server.connect(5) for _ in range(150)]
        until(lambda: "75 connections are open, no more are taken" in server.log_tail(), what="refusal in the log")
        body = b'{"streams":[{"stream":{"app":"a"},"values":[["%d","line"]]}]}' % time.time_ns()
        first.sendall(b"POST /loki/api/v1/push HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        assert first.recv(4096).startswith(b"HTTP/1.1 204 "), server.log_tail()
        for s in [first, *others]:
            s.close()
        until(lambda: answers(server), what="answer")
        equal(server.lines('{app="a"}'), ["line"])


def test_unknown_configuration_keys_warn_and_do_not_stop_a_start():
    with Server(config="auth_enabled: false\nschema_config:\n  configs: []\nlimits_config:\n  no_such_limit: 5\n  max_line_size: 100\n") as server:
        assert "unknown key in the configuration file: line 5: limits_config.no_such_limit" in server.log_tail(), server.log_tail()
        answer = server.push({"app": "a"}, [(time.time_ns(), "x" * 101)])
        equal(answer.status, 400, "a line longer than the configured limit")
        assert "max entry size '100' bytes exceeded" in answer.text, answer


def test_a_configuration_of_loki_itself_is_understood():
    with open(os.path.join(ROOT, "tests", "conformance", "loki.yaml")) as f:
        config = f.read().replace("%AUTH%", "true").replace("%PORT%", str(free_port())).replace("%GRPC%", "0").replace("%DIR%", "loki")
    with Server(config=config) as server:
        equal(server.get("labels").status, 401, "auth_enabled")
        equal(server.get("labels", {"X-Scope-OrgID": "t"}).status, 200)


def test_a_thousand_idle_connections_do_not_stop_a_query():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with Server() as server:
        server.push({"app": "idle"}, [(time.time_ns() - MINUTE, "line")])
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard))
        idle = []
        try:
            for _ in range(1000):
                s = server.connect(5)
                s.sendall(b"GET /ready HTTP/1.1\r\nHost: x\r\n\r\n")
                idle.append(s)
            kept = 0
            for s in idle:
                s.settimeout(30)
                try:
                    kept += s.recv(4096).startswith(b"HTTP/1.1 200")
                except (socket.timeout, ConnectionError):
                    pass
            equal(kept, 1000, "connections that were answered")
            began = time.monotonic()
            equal(server.lines('{app="idle"}'), ["line"])
            assert time.monotonic() - began < 15, "the query took %.1f s" % (time.monotonic() - began)
        finally:
            for s in idle:
                s.close()
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        assert server.alive()
