"""syslog-ng's http destination: RFC 5424 in over TCP, Loki's JSON out by libcurl, batched."""
import glob
import os
import socket
import subprocess
import time

import install as registry
from server import SECOND, equal, free_port
from session import MESSAGES, Session


def install():
    return registry.debian(__file__, ["syslog-ng-core", "syslog-ng-mod-http"])


def command(client, s):
    """The daemon in the foreground, its files in the server's folder."""
    root, at = os.path.join(client, "root"), lambda name: os.path.join(s.server.directory, name)
    (modules,) = glob.glob(os.path.join(root, "usr/lib/syslog-ng/[0-9]*"))
    return [os.path.join(root, "usr/sbin/syslog-ng"), "-F", "--no-caps", "-e", "--module-path=" + modules, "-f", os.path.join(client, "loki.conf"),
            "-R", at("persist"), "-c", at("control"), "-p", at("pid")]


def environment(client, **variables):
    """With the unpacked libraries, and what the configuration names in backticks."""
    libraries = [p for pattern in ("usr/lib/*-linux-gnu*", "lib/*-linux-gnu*", "usr/lib/syslog-ng") for p in glob.glob(os.path.join(client, "root", pattern))]
    return dict(os.environ, LD_LIBRARY_PATH=":".join(libraries), **variables)


def connect(port, process, seconds=20):
    until = time.monotonic() + seconds
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), 5)
        except OSError:
            assert process.poll() is None and time.monotonic() < until, "syslog-ng does not listen (status %s)" % process.poll()
            time.sleep(0.05)


def test_http_destination(client):
    now = time.time_ns() // SECOND * SECOND - 60 * SECOND
    with Session() as s:
        port, log = free_port(), open(os.path.join(s.server.directory, "syslog-ng.log"), "w+")
        with subprocess.Popen(command(client, s), env=environment(client, PORT=str(port), URL=s.url), stdout=log, stderr=log) as daemon:
            try:
                with connect(port, daemon) as sender:
                    for i, message in enumerate(MESSAGES):
                        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now // SECOND)) + ".%06dZ" % i
                        frame = ("<%d>1 %s web-1 shop 17 - - " % (14 if i % 2 else 11, stamp)).encode() + message.encode()
                        sender.sendall(b"%d %s" % (len(frame), frame))
                until = time.monotonic() + 20
                while len(s.stored(start=now, end=now + SECOND)) < len(MESSAGES) and time.monotonic() < until:
                    time.sleep(0.1)
            finally:
                daemon.terminate()
                daemon.wait(20)
        sent = s.sent("application/json")
        log.seek(0)
        equal(sorted(sent, key=lambda e: e[1]),
              [({"service": "syslog-ng", "host": "web-1", "program": "shop", "severity": "info" if i % 2 else "err"}, now + i * 1000, m, {}) for i, m in enumerate(MESSAGES)], log.read())
        s.check_stored(sent)
