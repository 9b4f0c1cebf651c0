"""Syslog daemons that were unpacked beside the system: messages go in as RFC 5424 over TCP."""
import glob
import os
import socket
import subprocess
import time

from server import SECOND
from session import MESSAGES

LEVELS = {3: "error", 6: "info"}


class Daemon:
    """`with Daemon(command, port, client, directory):` runs it until the end; `log` is what it said."""

    def __init__(self, command, port, client, directory, **variables):
        self.command, self.port, self.log = command, port, open(os.path.join(directory, "daemon.log"), "w+")
        libraries = [p for pattern in ("usr/lib/*-linux-gnu*", "lib/*-linux-gnu*", "usr/lib/syslog-ng") for p in glob.glob(os.path.join(client, "root", pattern))]
        self.environment = dict(os.environ, LD_LIBRARY_PATH=":".join(libraries), **variables)

    def __enter__(self):
        self.process = subprocess.Popen(self.command, env=self.environment, stdout=self.log, stderr=self.log)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)
        self.log.close()

    def said(self):
        self.log.seek(0)
        return self.log.read()

    def connect(self, seconds=60):
        until = time.monotonic() + seconds
        while True:
            try:
                return socket.create_connection(("127.0.0.1", self.port), 5)
            except OSError:
                assert self.process.poll() is None and time.monotonic() < until, "the daemon does not listen (status %s): %s" % (self.process.poll(), self.said())
                time.sleep(0.05)

    def send(self, start):
        """All messages, a microsecond apart from `start`, with counted frames; severities 3 and 6 in turns, facility user."""
        with self.connect() as sender:
            for i, message in enumerate(MESSAGES):
                stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(start // SECOND)) + ".%06dZ" % i
                frame = ("<%d>1 %s web-1 shop 17 ID%d [order@1 id=\"a \\\"b\\\"\"] " % (8 + (6 if i % 2 else 3), stamp, i)).encode() + message.encode()
                sender.sendall(b"%d %s" % (len(frame), frame))


def wait_for(session, count, query, start):
    """The stored entries, once there are so many."""
    until = time.monotonic() + 60
    while len(got := session.stored(query, start, start + SECOND)) < count and time.monotonic() < until:
        time.sleep(0.1)
    return got


def syslog_entries(start):
    """What the server's own syslog door makes of `Daemon.send`, oldest first."""
    return [({"app": "shop", "facility": "user", "host": "web-1", "level": LEVELS[6 if i % 2 else 3], "service_name": "shop"}, start + i * 1000, m,
             {"procid": "17", "msgid": "ID%d" % i, "order_1_id": 'a "b"'}) for i, m in enumerate(MESSAGES)]
