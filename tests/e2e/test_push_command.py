"""`sleipnir push`: files, pipes and growing files to a server."""
import http.server
import os
import pty
import signal
import subprocess
import threading
import time

from server import BINARY, SECOND, Server, equal, free_port


def push(*arguments, server=None, url=None, text=None, seconds=30):
    """Exit status and what was said."""
    p = subprocess.run([BINARY, "push", "--url", url or server.url, *arguments], input=text, capture_output=True, timeout=seconds)
    return p.returncode, p.stderr.decode()


def write(server, name, data, mode="wb"):
    path = os.path.join(server.directory, name)
    with open(path, mode) as f:
        f.write(data)
    return path


def test_files_and_standard_input_arrive_byte_for_byte():
    lines = ["plain", "", "tab\tand \"quotes\"", "ümlaut", "same", "same", "x" * 100_000, "no line feed"]
    with Server() as server:
        path = write(server, "a.log", "\n".join(lines).encode())
        for compression in ("snappy", "gzip"):
            equal(push("--label", "app=" + compression, "--label", "env=test", "--compress", compression, path, server=server), (0, ""))
            equal(server.lines('{app="%s", env="test"}' % compression), lines)
        equal(push("-", server=server, text=b"from a pipe\n"), (0, ""))
        equal(server.lines('{job="push"}'), ["from a pipe"])


def test_labels_and_files_as_the_shell_expands_them():
    with Server() as server:
        paths = [write(server, name, name.encode() + b"\n") for name in ("a.log", "b.log", "c.log")]
        equal(push("--label", "app=web", "--label", "env=prod", *paths, server=server), (0, ""))
        equal(sorted(server.lines('{app="web", env="prod"}')), ["a.log", "b.log", "c.log"])


def test_large_files_are_sent_in_batches():
    with Server() as server:
        path = write(server, "big.log", b"".join(b"line %d %s\n" % (i, b"y" * 90) for i in range(100_000)))
        equal(push("--label", "app=big", path, server=server), (0, ""))
        answer = server.get("query", query='sum(count_over_time({app="big"}[1h]))')
        equal(answer.json["data"]["result"][0]["value"][1], "100000")


def test_times_of_json_lines():
    at = time.time_ns() // SECOND * SECOND - 60 * SECOND
    with Server() as server:
        text = '{"t":%d,"m":1}\n{"t":"%s","m":2}\n' % (at // SECOND, time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at // SECOND + 1)))
        equal(push("--time", "t", "-", server=server, text=text.encode()), (0, ""))
        equal([t for t, _ in server.entries('{job="push"}')], [at, at + SECOND])


def test_following_files_through_rotation_and_truncation():
    with Server() as server:
        path = write(server, "f.log", b"one\ntw")
        p = subprocess.Popen([BINARY, "push", "-f", "--url", server.url, "--label", "app=f", path], stderr=subprocess.PIPE)

        def wait_for(lines):
            end = time.monotonic() + 60
            while server.lines('{app="f"}') != lines and time.monotonic() < end:
                time.sleep(0.05)
            equal(server.lines('{app="f"}'), lines)

        wait_for(["one"])
        write(server, "f.log", b"o\n", "ab")
        wait_for(["one", "two"])
        os.rename(path, path + ".1")
        write(server, "f.log", b"three, which is longer than what follows\n")
        wait_for(["one", "two", "three, which is longer than what follows"])
        os.truncate(path, 0)
        write(server, "f.log", b"four\nfive", "ab")
        wait_for(["one", "two", "three, which is longer than what follows", "four"])
        p.send_signal(signal.SIGINT)
        equal(p.wait(10), 0)


def test_a_pipe_that_trickles_is_sent_within_seconds():
    with Server() as server:
        p = subprocess.Popen([BINARY, "push", "--url", server.url, "-"], stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        p.stdin.write(b"first\n")
        p.stdin.flush()
        end = time.monotonic() + 20
        while not server.lines('{job="push"}') and time.monotonic() < end:
            time.sleep(0.05)
        equal(server.lines('{job="push"}'), ["first"])
        p.stdin.close()
        equal(p.wait(10), 0)


class Moody(http.server.BaseHTTPRequestHandler):
    """Answers what the test wrote down, then 204."""
    answers, bodies, headers_seen = [], [], []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status, headers = Moody.answers.pop(0) if Moody.answers else (204, {})
        Moody.bodies.append(body)
        Moody.headers_seen.append(self.headers)
        self.send_response(status)
        for name, value in ({"Content-Length": "0"} | headers).items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_):
        pass


def moody(answers, *arguments):
    Moody.answers, Moody.bodies, Moody.headers_seen = list(answers), [], []
    server = http.server.HTTPServer(("127.0.0.1", free_port()), Moody)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        return push("--label", "app=x", *arguments, "-", url="http://127.0.0.1:%d/prefix" % server.server_port, text=b"line\n")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_what_may_help_is_tried_again_and_what_does_not_is_not():
    began = time.monotonic()
    status, said = moody([(500, {}), (429, {"Retry-After": "1"})], "--tenant", "t1", "--token", "secret")
    equal(status, 0, said)
    assert 1.4 < time.monotonic() - began < 20
    equal(len(Moody.bodies), 3)
    equal(len(set(Moody.bodies)), 1, "the same body each time")
    equal((Moody.headers_seen[0]["X-Scope-OrgID"], Moody.headers_seen[0]["Authorization"]), ("t1", "Bearer secret"))
    status, said = moody([(400, {})])
    equal((status, len(Moody.bodies)), (1, 1))
    assert "400" in said, said


def test_mistakes_have_an_exit_status():
    with Server() as server:
        for arguments, want in ((["/nosuch/file"], 1), (["--label", "x", "-"], 2), (["--label", "a-b=c", "-"], 2), ([server.directory], 1)):
            status, said = push(*arguments, server=server, text=b"")
            equal(status, want, said)
            assert said, arguments
        equal(push("-", url="ftp://x", text=b""), (2, "sleipnir: --url: http://HOST:PORT is expected, not ftp://x\n"))


def test_a_terminal_sees_progress():
    with Server() as server:
        path = write(server, "p.log", b"".join(b"line %d\n" % i for i in range(1000)))
        master, slave = pty.openpty()
        p = subprocess.Popen([BINARY, "push", "--url", server.url, path], stderr=slave)
        os.close(slave)
        equal(p.wait(20), 0)
        said = os.read(master, 10_000).decode()
        os.close(master)
        assert "100 %" in said and "1000 lines" in said, said
