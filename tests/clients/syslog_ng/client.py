"""syslog-ng: its http destination with Loki's JSON, batched, sent by libcurl; and its syslog destination over TCP."""
import glob
import os
import time

import install as registry
from daemon import Daemon, syslog_entries, wait_for
from server import SECOND, equal, free_port
from session import MESSAGES, Session


def install():
    return registry.debian(__file__, ["syslog-ng-core", "syslog-ng-mod-http"])


def start(client, directory, configuration, **variables):
    """The daemon, its files in a folder; the configuration names the variables in backticks."""
    root, at, port = os.path.join(client, "root"), lambda name: os.path.join(directory, name), free_port()
    (modules,) = glob.glob(os.path.join(root, "usr/lib/syslog-ng/[0-9]*"))
    command = [os.path.join(root, "usr/sbin/syslog-ng"), "-F", "--no-caps", "-e", "--module-path=" + modules, "-f", os.path.join(client, configuration), "-R", at("persist"), "-c", at("control"),
               "-p", at("pid")]
    return Daemon(command, port, client, directory, PORT=str(port), **variables)


def past():
    return time.time_ns() // SECOND * SECOND - 60 * SECOND


def test_http_destination(client):
    now = past()
    with Session() as s:
        with start(client, s.server.directory, "loki.conf", URL=s.url) as daemon:
            daemon.send(now)
            wait_for(s, len(MESSAGES), '{service="syslog-ng"}', now)
            said = daemon.said()
        sent = s.sent("application/json")
        equal(sorted(sent, key=lambda e: e[1]),
              [({"service": "syslog-ng", "host": "web-1", "program": "shop", "severity": "info" if i % 2 else "err"}, now + i * 1000, m, {}) for i, m in enumerate(MESSAGES)], said)
        s.check_stored(sent)


def test_syslog_destination(client):
    now, target = past(), free_port(second=True)
    with Session("--syslog-listen", "127.0.0.1:%d" % target) as s:
        with start(client, s.server.directory, "syslog.conf", TARGET=str(target)) as daemon:
            daemon.send(now)
            s.check_entries(wait_for(s, len(MESSAGES), '{app="shop"}', now), syslog_entries(now))
