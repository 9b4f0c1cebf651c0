"""One client's conversation with one server, written down on its way."""
import json
import os
import socket
import threading

import wire
from install import run
from server import Server, equal, free_port

HERE = os.path.dirname(os.path.abspath(__file__))
MESSAGES = json.load(open(os.path.join(HERE, "messages.json")))
MESSAGES[-1] = MESSAGES[-1].replace("@", "0123456789abcdef" * 10)  # some 20 KB
CATEGORIZE = {"X-Loki-Response-Encoding-Flags": "categorize-labels"}


class Recorder:
    """Hands the bytes of each connection to the server and back, unchanged, and keeps both directions."""

    def __init__(self, port):
        self.target, self.connections, self.threads = port, [], []
        self.port = free_port()
        self.listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.target))
            up, down = bytearray(), bytearray()
            self.connections.append((up, down))
            for source, sink, copy in ((client, server, up), (server, client, down)):
                threading.Thread(target=self._pump, args=(source, sink, copy), daemon=True).start()

    @staticmethod
    def _pump(source, sink, copy):
        try:
            while data := source.recv(1 << 16):
                copy += data
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)  # wakes accept(), which would keep the port
        self.listener.close()

    @property
    def requests(self):
        return [r for up, _ in self.connections for r in wire.requests(bytes(up))]

    @property
    def answers(self):
        return [a for _, down in self.connections for a in wire.answers(bytes(down))]


class Session:
    """`with Session() as s:` starts a server and a recorder before it; clients speak to `s.url`."""

    def __init__(self, *flags, **options):
        self.server = Server(*flags, **options)

    def __enter__(self):
        self.server.start()
        self.recorder = Recorder(self.server.port)
        self.url = "http://127.0.0.1:%d" % self.recorder.port
        self.messages = os.path.join(self.server.directory, "messages.json")
        with open(self.messages, "w") as f:
            json.dump(MESSAGES, f)
        return self

    def __exit__(self, *_):
        self.recorder.close()
        self.server.__exit__()

    def run(self, *command, cwd=None, env=None, seconds=60):
        return run([str(c) for c in command], cwd, env, seconds)

    def sent(self, content_type, encoding="", path="/loki/api/v1/push"):
        """The entries that went over the wire, which must have been accepted and of the given form."""
        requests = self.recorder.requests
        assert requests, "nothing was sent"
        equal([r.path for r in requests], [path] * len(requests), "paths")
        equal({(r.header("content-type"), r.header("content-encoding")) for r in requests}, {(content_type, encoding)}, "forms of pushes")
        answers = self.recorder.answers
        equal([status for status, _ in answers], [204] * len(requests), "statuses (%.500s)" % [body for _, body in answers if body])
        return [e for r in requests for e in wire.push(r)]

    def stored(self, query='{service=~".+"}', start=0, end=2**62):
        """All entries of a query, oldest first: (labels, time, line, metadata), without the level that the server detected."""
        answer = self.server.get("query_range", CATEGORIZE, query=query, start=start, end=end, limit=5000, direction="forward")
        assert answer.status == 200, answer
        out = [(s["stream"], int(v[0]), v[1], v[2].get("structuredMetadata", {})) for s in answer.json["data"]["result"] for v in s["values"]]
        for *_, metadata in out:
            assert metadata.pop("detected_level"), "an entry without a level"
        return out

    def check_stored(self, sent):
        """What was sent is what a query gives: labels, times, lines, metadata; in each stream by time, then by arrival. The server adds a service
        name and the detected level, and renames metadata that is called like a label of the stream."""
        sent = [e for i, e in enumerate(sent) if e not in sent[:i]]  # a repeated entry is stored once
        want = by_stream(({"service_name": labels["service"]} | labels, time, line, {k + "_extracted" if k in labels else k: v for k, v in metadata.items()})
                         for labels, time, line, metadata in sorted(sent, key=lambda e: e[1]))
        times = [e[1] for e in sent]
        check(by_stream(self.stored(start=min(times), end=max(times) + 1)), want)

    def check_entries(self, got, want):
        """The same entries, streams in any order."""
        check(by_stream(got), by_stream(want))


def check(got, want):
    """Of by_stream()."""
    equal(list(got), list(want), "streams")
    for stream, rows in want.items():
        for i, (a, b) in enumerate(zip(got[stream], rows)):
            assert a == b, "entry %d of %s: got %.500r, want %.500r" % (i, stream, a, b)
        equal(len(got[stream]), len(rows), "entries of %s" % (stream,))


def by_stream(entries):
    """The rows of each label set."""
    out = {}
    for labels, *row in entries:
        out.setdefault(tuple(sorted(labels.items())), []).append(row)
    return dict(sorted(out.items()))
