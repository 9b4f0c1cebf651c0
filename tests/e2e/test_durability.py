"""What was acknowledged is there: after kill -9 at any moment, after a restart, after a torn write-ahead log."""
import os
import random
import resource
import signal
import threading
import time

from server import MINUTE, SECOND, Server, equal

ROUNDS = 20
WRITERS = 4


class Writer(threading.Thread):
    """Pushes batches one after the other until the server is gone; knows which were acknowledged."""

    def __init__(self, server, number, round_number, start):
        super().__init__()
        self.server, self.number, self.round, self.clock = server, number, round_number, start + number
        self.random = random.Random(round_number * 100 + number)
        self.acknowledged, self.unknown, self.refused = [], None, None

    def run(self):
        for n in range(10**6):
            batch = ["r%d w%d b%d l%d %s" % (self.round, self.number, n, i, "x" * self.random.randrange(200)) for i in range(self.random.randint(1, 20))]
            entries = []
            for line in batch:
                entries.append((self.clock, line))
                self.clock += 1000
            push = self.server.push if n % 2 else self.server.push_protobuf
            try:
                answer = push({"round": str(self.round), "writer": str(self.number)}, entries)
            except OSError:
                self.unknown = batch
                return
            if answer.status != 204:
                self.refused = answer
                return
            self.acknowledged += batch


def flush_until_gone(server):
    while True:
        try:
            server.request("POST", "/flush")
        except OSError:
            return
        time.sleep(0.02)


def check_round(server, writers, start):
    """All acknowledged lines once; of a push that got no answer everything or nothing; nothing else."""
    got = server.all_lines('{round="%d"}' % writers[0].round, start, start + 10 * MINUTE)
    want = {line for w in writers for line in w.acknowledged}
    equal(len(got), len(set(got)), "lines, and lines without repetitions")
    lost = want - set(got)
    assert not lost, "%d of %d acknowledged lines are lost, e.g. %s" % (len(lost), len(want), min(lost)[:60])
    extra = set(got) - want
    for w in writers:
        if w.unknown:
            there = extra & set(w.unknown)
            assert not there or there == set(w.unknown), "half of an unacknowledged push is there: %d of %d lines" % (len(there), len(w.unknown))
            extra -= there
    assert not extra, "lines that nobody sent: %s" % sorted(extra)[:3]
    return len(want)


def test_kill_9_at_twenty_random_moments_loses_nothing():
    chance = random.Random()
    rounds, total = [], 0
    with Server() as server:
        for n in range(ROUNDS):
            start = time.time_ns() - MINUTE
            writers = [Writer(server, w, n, start) for w in range(WRITERS)]
            flusher = threading.Thread(target=flush_until_gone, args=(server,)) if n % 3 == 2 else None
            for t in writers + [flusher] * bool(flusher):
                t.start()
            time.sleep(chance.uniform(0.01, 0.5))
            server.kill()
            for t in writers + [flusher] * bool(flusher):
                t.join()
            for w in writers:
                assert w.refused is None, "a push was refused: %r" % w.refused
            server.start()
            total += check_round(server, writers, start)
            rounds.append((writers, start))
        for writers, start in rounds:
            check_round(server, writers, start)
    assert total > 100, "only %d lines were acknowledged: the test did not test" % total


def test_lines_of_every_kind_survive_kill_restart_and_flush_byte_for_byte():
    now = time.time_ns() - MINUTE
    lines = ["", " ", "plain text", "\t tabs and \x00 \x1b[31mred\x1b[0m", "ünïcödé \U0001f40e", '{"a":1, "b" : "x\\ny","a":2}', '{"broken":', "k=v other=\"quoted value\" k=again",
             "x" * 200000, "\\", '"', "line\nwith\r\nbreaks", "1e400 -0 00 1.50", "<b>&amp;\u2028</b>"]
    entries = [(now + i * 1000, line, {"trace_id": "t%d" % i}) for i, line in enumerate(lines)]
    with Server() as server:
        equal(server.push({"app": "bytes"}, entries).status, 204)

        def check(moment):
            equal(server.lines('{app="bytes"}'), lines, moment)
            equal(server.lines('{app="bytes"} | trace_id="t5"'), [lines[5]], moment)

        check("at once")
        server.kill()
        server.start()
        check("after kill -9")
        equal(server.request("POST", "/flush").status, 204)
        check("after flush")
        equal(server.stop(), 0)
        server.start()
        check("after flush and restart")
        equal(server.push({"app": "bytes"}, entries).status, 204)
        check("after the same push again")


def test_equal_timestamps_keep_their_order_of_arrival_through_flush_and_restart():
    now = time.time_ns() - MINUTE
    want = ["%03d" % i for i in range(200)]
    with Server() as server:
        for i in range(0, 200, 50):
            equal(server.push({"app": "ties"}, [(now, line) for line in want[i:i + 50]]).status, 204)
            if i == 50:
                server.request("POST", "/flush")

        def in_order(direction):
            answer = server.get("query_range", query='{app="ties"}', direction=direction, limit=1000)
            return [v[1] for s in answer.json["data"]["result"] for v in s["values"]]

        for moment in ("before", "after"):
            equal(in_order("forward"), want, "forward %s a restart" % moment)
            equal(in_order("backward"), want[::-1], "backward %s a restart" % moment)
            server.kill()
            server.start()


def wal_files(server):
    found = [os.path.join(d, f) for d, _, files in os.walk(server.directory) for f in files if "wal" in os.path.join(d, f).lower()]
    return sorted((f for f in found if os.path.getsize(f)), key=os.path.getmtime)


def test_a_torn_tail_of_the_write_ahead_log_does_not_stop_a_start():
    start = time.time_ns() - MINUTE
    for damage in ("cut", "garbage", "zeros"):
        with Server() as server:
            for i in range(50):
                equal(server.push({"app": "torn"}, [(start + i * SECOND // 10, "line %d" % i)]).status, 204)
            server.kill()
            last = wal_files(server)[-1]
            with open(last, "r+b") as f:
                if damage == "cut":
                    f.truncate(len(f.read().rstrip(b"\0")) - 3)  # the last block is filled up with zeros
                else:
                    f.seek(0, os.SEEK_END)
                    f.write(bytes(random.Random(1).randrange(256) for _ in range(500)) if damage == "garbage" else bytes(4096))
            server.start()
            want = ["line %d" % i for i in range(49 if damage == "cut" else 50)]
            equal(server.lines('{app="torn"}'), want, damage)
            equal(server.push({"app": "torn"}, [(start + 6 * SECOND, "after")]).status, 204)
            server.kill()
            server.start()
            equal(server.lines('{app="torn"}'), want + ["after"], damage + ", then a push and another kill")


def test_sigterm_under_load_keeps_what_was_acknowledged_and_exits_0():
    start = time.time_ns() - MINUTE
    with Server() as server:
        writers = [Writer(server, w, 0, start) for w in range(WRITERS)]
        for w in writers:
            w.start()
        time.sleep(0.5)
        equal(server.stop(signal.SIGTERM), 0, "exit status")
        for w in writers:
            w.join()
        server.start()
        assert check_round(server, writers, start) > 0


def small_disk():
    """No file may grow beyond 1 MiB: writes fail as on a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))


def test_a_full_disk_refuses_pushes_and_keeps_what_was_acknowledged():
    start = time.time_ns() - MINUTE
    with Server(prepare=small_disk) as server:
        acknowledged, refused = [], 0
        for n in range(60):
            line = "push %d %s" % (n, random.Random(n).randbytes(30000).hex())
            answer = server.push({"app": "disk"}, [(start + n, line)])
            if answer.status == 204:
                acknowledged.append(line)
                continue
            refused += 1
            equal(answer.status, 500, answer.text)
            assert "File too large" in answer.text or "too large" in answer.text, answer
        told = [line for line in server.log_tail().splitlines() if "[error] POST /loki/api/v1/push: 500 " in line and "too large" in line]
        assert 0 < len(told) < refused, "%d of %d refusals are in the log: %s" % (len(told), refused, server.log_tail())
        assert refused and acknowledged, "%d acknowledged, %d refused" % (len(acknowledged), refused)
        equal(server.lines('{app="disk"}'), acknowledged, "while the disk is full")
        server.kill()
        server.prepare = None
        server.start()
        equal(server.lines('{app="disk"}'), acknowledged, "after a restart with room")
        equal(server.push({"app": "disk"}, [(start + 100, "room")]).status, 204)


def part_files(server):
    return sorted(os.path.join(d, f) for d, _, files in os.walk(server.directory) for f in files if f.endswith(".part"))


def test_a_damaged_part_is_set_aside_and_the_rest_is_served():
    """One byte of a part is changed: its first, its last ones, and some in between, of which a query need not read each. No answer is wrong."""
    today = time.time_ns() - MINUTE
    day = 24 * 60 * MINUTE
    known = {}
    for place in [0, *(n / 8 for n in range(1, 8)), 1]:
        with Server() as server:
            for app, at in (("old", today - 3 * day), ("new", today)):
                equal(server.push({"app": app}, [(at + i, "%s %d" % (app, i)) for i in range(100)]).status, 204)
            server.request("POST", "/flush")
            equal(server.stop(), 0)
            parts = part_files(server)
            equal(len(parts), 2, "parts, one a day")
            with open(parts[0], "r+b") as f:
                f.seek(int(place * (os.path.getsize(parts[0]) - 20)))
                byte = f.read(1)[0]
                f.seek(-1, os.SEEK_CUR)
                f.write(bytes([byte ^ 0x10]))
            server.start()
            equal(len(server.lines('{app="new"}')), 100, "lines of the sound part, damage at %s" % place)
            answer = server.get("query_range", query='{app="old"}', start=str(today - 4 * day), end=str(today), limit="1000", direction="forward")
            lines = [line for s in answer.json["data"]["result"] for _, line in s["values"]] if answer.status == 200 else []
            known[place] = answer.status == 500 and parts[0] in answer.text or answer.status == 200 and not lines
            assert known[place] or lines == ["old %d" % i for i in range(100)], "the damaged part answers %r" % answer
            if known[place]:
                assert "damaged" in server.log_tail() or answer.status == 500, "the log does not tell: %s" % server.log_tail()
            assert any(f.startswith(os.path.basename(parts[0])) for f in os.listdir(os.path.dirname(parts[0]))), "the file is gone"
            assert server.alive()
    assert known[0] and known[1] and sum(known.values()) > 3, "damage that was noticed: %r" % known

