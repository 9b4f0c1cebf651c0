"""rsyslog's forwarding over TCP: RFC 5424 in counted frames. (Debian's package has no omhttp.)"""
import glob
import os
import string
import time

import install as registry
from daemon import Daemon, syslog_entries, wait_for
from server import SECOND, free_port
from session import MESSAGES, Session


def install():
    return registry.debian(__file__, ["rsyslog"])


def start(client, directory, target):
    root, at, port = os.path.join(client, "root"), lambda name: os.path.join(directory, name), free_port()
    with open(os.path.join(client, "forward.conf")) as f, open(at("rsyslog.conf"), "w") as out:
        out.write(string.Template(f.read()).substitute(WORK=directory, PORT=port, TARGET=target))
    (modules,) = glob.glob(os.path.join(root, "usr/lib/*/rsyslog"))
    return Daemon([os.path.join(root, "usr/sbin/rsyslogd"), "-n", "-f", at("rsyslog.conf"), "-i", at("pid"), "-M", modules], port, client, directory)


def test_forwarding(client):
    now, target = time.time_ns() // SECOND * SECOND - 60 * SECOND, free_port(second=True)
    with Session("--syslog-listen", "127.0.0.1:%d" % target) as s:
        with start(client, s.server.directory, target) as daemon:
            daemon.send(now)
            s.check_entries(wait_for(s, len(MESSAGES), '{app="shop"}', now), syslog_entries(now))
