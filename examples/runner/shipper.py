"""Follows log files and pushes their lines, as a log agent does."""
import json
import os
import threading
import time
from datetime import datetime

from runner.web import request

BATCH = 2000       # lines a push
INTERVAL = 0.1     # seconds between two looks


def nanoseconds(timestamp):
    """Of an ISO 8601 time with zone."""
    t = datetime.fromisoformat(timestamp.replace("Z", "+00:00"))
    return int(t.timestamp()) * 10**9 + t.microsecond * 1000


def canonical(line):
    """(time, metadata) of a line that carries its own time; lines that are not such JSON have the time of their arrival."""
    try:
        return nanoseconds(json.loads(line)["timestamp"]), {}
    except (ValueError, KeyError, TypeError):
        return time.time_ns(), {}


class Shipper:
    def __init__(self, url, tenant=None):
        self.url, self.tenant = url + "/loki/api/v1/push", tenant
        self.files, self.failure, self.lock = [], None, threading.Lock()
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._follow, daemon=True)
        self.thread.start()

    def follow(self, path, labels, read=canonical):
        """`read(line)` gives the entry's time in ns and its structured metadata."""
        with self.lock:
            self.files.append({"path": path, "labels": labels, "read": read, "at": 0})

    def flush(self):
        """Until everything that the files hold now is stored."""
        with self.lock:
            self._round()
        if self.failure:
            raise RuntimeError("shipping failed: %s" % self.failure)

    def stop(self):
        self.ended.set()
        self.thread.join(10)

    def _follow(self):
        while not self.ended.wait(INTERVAL):
            with self.lock:
                try:
                    self._round()
                except Exception as e:  # told by flush()
                    self.failure = self.failure or e

    def _round(self):
        for f in self.files:
            while lines := self._whole_lines(f):
                self._push(f, lines)

    @staticmethod
    def _whole_lines(f):
        """The next lines, and how many bytes they are."""
        if os.path.getsize(f["path"]) == f["at"]:
            return None
        with open(f["path"], "rb") as file:
            file.seek(f["at"])
            out, size = [], 0
            for line in file:
                if not line.endswith(b"\n") or len(out) == BATCH:
                    break
                out.append(line[:-1].decode(errors="replace"))
                size += len(line)
            return (out, size) if out else None

    def _push(self, f, lines):
        values = []
        for line in lines[0]:
            at, metadata = f["read"](line)
            values.append([str(at), line, metadata] if metadata else [str(at), line])
        answer = request("POST", self.url, {"streams": [{"stream": f["labels"], "values": values}]}, {"X-Scope-OrgID": self.tenant} if self.tenant else {})
        if answer.status != 204:
            raise RuntimeError("%d %s" % (answer.status, answer.body[:500].decode(errors="replace")))
        f["at"] += lines[1]
