"""A run that is ended in the middle takes everything with it."""
import glob
import os
import secrets
import signal
import tempfile
import time

from played import marked, start
from server import equal

EXAMPLE = "envelope"  # it is installed then


def folders():
    return set(glob.glob(os.path.join(tempfile.gettempdir(), "sleipnir-example-*")))


def interrupted(how):
    """The status of a run that is signalled once its server, broker and services run."""
    mark, before = secrets.token_hex(8), folders()
    p = start(EXAMPLE, mark)
    end = time.monotonic() + 60
    while len(marked(mark)) < 6 and time.monotonic() < end:  # itself, the server, the broker, three services
        time.sleep(0.02)
    equal(len(marked(mark)) >= 6, True, "everything was started")
    p.send_signal(how)
    p.communicate(timeout=30)
    equal((marked(mark), folders() - before), ([], set()), "what is left")
    return p.returncode


def test_sigterm(_):
    equal(interrupted(signal.SIGTERM), 130)


def test_ctrl_c(_):
    equal(interrupted(signal.SIGINT), 130)
