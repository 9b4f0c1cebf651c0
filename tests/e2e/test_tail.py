"""Live tail: history, then what is pushed, to readers of every speed. SLEIPNIR_TAIL_SECONDS is how long the load lasts."""
import os
import signal
import threading
import time

from server import SECOND, Server, equal
from websocket import CLOSE, PING, PONG, Refused, Tail

LOAD_SECONDS = float(os.environ.get("SLEIPNIR_TAIL_SECONDS", "8"))
RATE = 2000  # lines a second
QUERY = '{app="tail"}'
LABELS = {"app": "tail"}
MIB = 1 << 20


def push(server, *lines, at=None, labels=LABELS, metadata=None):
    at = time.time_ns() if at is None else at
    equal(server.push(labels, [(at + i, line, metadata) for i, line in enumerate(lines)]).status, 204, "push")


def refusal(server, query=QUERY, **parameters):
    try:
        Tail(server, query, **parameters).close()
    except Refused as e:
        return str(e)
    return "101"


def test_history_comes_first_and_oldest_first_then_what_is_pushed():
    with Server() as server:
        old = time.time_ns() - 60 * SECOND
        push(server, "a", "b", "c", at=old)
        with Tail(server, QUERY, limit=2) as tail:
            equal(tail.lines(2), ["b", "c"])
            push(server, "d", "e")
            equal(tail.lines(2), ["d", "e"])
            push(server, "late", at=old)
            equal(tail.lines(1), ["late"])
        with Tail(server, QUERY, start=old + 1) as tail:
            equal(tail.lines(5, 2), ["b", "c", "d", "e"])


def test_the_legacy_path_has_frames_of_its_own():
    with Server() as server:
        old = time.time_ns() - 60 * SECOND
        push(server, "a", at=old)
        with Tail(server, QUERY, path="/api/prom/tail", headers={"X-Loki-Response-Encoding-Flags": "categorize-labels"}) as tail:
            frame = next(tail.frames(30))
            equal(sorted(frame), ["dropped_entries", "streams"])
            (stream,) = frame["streams"]
            equal(stream["labels"], '{app="tail", detected_level="unknown", service_name="tail"}')
            equal([e["line"] for e in stream["entries"]], ["a"])
            assert stream["entries"][0]["ts"].endswith("Z"), stream
            push(server, "b")
            equal(next(tail.frames(30))["streams"][0]["labels"], '{app="tail", service_name="tail"}')


def test_labels_of_entries_are_those_of_loki():
    with Server() as server:
        stream, merged = {"app": "tail", "service_name": "tail"}, {"app": "tail", "service_name": "tail", "detected_level": "info", "trace": "t"}
        sets = {"structuredMetadata": {"detected_level": "info", "trace": "t"}}
        flags = {"X-Loki-Response-Encoding-Flags": "categorize-labels"}
        push(server, "level=info n=1", metadata={"trace": "t"})
        cases = [(QUERY, None, (merged, None), (stream, None)),  # a mere selector shows no metadata of live entries
                 (QUERY + ' |= "n="', None, (merged, None), (merged, None)),
                 (QUERY, flags, (stream, sets), (stream, sets)),
                 (QUERY + " | logfmt", flags, (stream, sets | {"parsed": {"level": "info", "n": "1"}}), (stream, sets | {"parsed": {"level": "info", "n": "2"}}))]
        for query, headers, historic, live in cases:
            with Tail(server, query, headers=headers, limit=1) as tail:
                (old,) = tail.entries(1)
                time.sleep(0.05)
                equal((old[0], old[3]), historic, "history of " + query)
                push(server, "level=info n=2", metadata={"trace": "t"}, at=time.time_ns() - 600 * SECOND)
                (new,) = tail.entries(1)
                equal((new[0], new[3]), live, "live of " + query)
        with Tail(server, QUERY, headers={"X-Loki-Response-Encoding-Flags": "categorize-labels"}) as tail:
            equal(next(tail.frames(30))["encodingFlags"], ["categorize-labels"])


def test_stages_run_on_what_arrives():
    with Server() as server:
        with Tail(server, QUERY + ' | json | x=2 | line_format "{{.m}}"') as tail:
            push(server, '{"x":1,"m":"no"}', '{"x":2,"m":"yes"}', "no json")
            equal(tail.lines(2, 2), ["yes"])


def test_errors_before_the_upgrade_are_plain_and_after_it_close_frames():
    with Server() as server:
        equal(refusal(server, "{"), "400 parse error at line 1, col 2: syntax error: unexpected $end, expecting IDENTIFIER or }")
        equal(refusal(server, delay_for=6), "400 delay_for can't be greater than 5")
        equal(refusal(server, delay_for="x"), '400 strconv.Atoi: parsing "x": invalid syntax')
        equal(refusal(server, limit="x"), '400 strconv.Atoi: parsing "x": invalid syntax')
        answer = server.get("tail", query=QUERY)
        equal((answer.status, answer.text), (400, "Bad Request\n"))
        with Tail(server, "rate(%s[1m])" % QUERY) as tail:
            equal(tail.farewell(), (1011, "only log selector is supported"))
        with Tail(server, QUERY + ' |~ "["') as tail:
            equal(tail.farewell()[0], 1011)


def test_tails_of_a_tenant_are_limited():
    with Server(config="limits_config: {max_concurrent_tail_requests: 2}") as server:
        push(server, "x")
        with Tail(server, QUERY) as first, Tail(server, QUERY) as second:
            equal(first.lines(1) + second.lines(1), ["x", "x"])
            third = Tail(server, QUERY)
            equal(third.farewell(), (1011, "max concurrent tail requests limit exceeded, count > limit (3 > 2)"))
            third.close()
        time.sleep(0.5)
        with Tail(server, QUERY) as tail:
            equal(tail.lines(1), ["x"])


def test_tenants_see_their_own_lines():
    with Server(config="auth_enabled: true") as server:
        equal(refusal(server), "401 no org id\n")
        equal(refusal(server, headers={"X-Scope-OrgID": "a|b"}), "400 multiple org IDs present\n")
        with Tail(server, QUERY, headers={"X-Scope-OrgID": "a"}) as tail:
            for tenant in "ba":
                equal(server.push(LABELS, [(time.time_ns(), tenant)], {"X-Scope-OrgID": tenant}).status, 204)
            equal(tail.lines(2, 2), ["a"])


def test_pings_and_goodbyes():
    with Server() as server:
        with Tail(server, QUERY, extra=bytes((0x80 | PING, 0x82)) + b"\0\0\0\0hi") as tail:  # a frame in the same packet as the request
            equal(tail._message(time.monotonic() + 5), (PONG, b"hi"))
            for _ in tail.frames(3.5):
                pass
            assert tail.pings >= 2, tail.pings
            tail.send(CLOSE, b"\x03\xe8")
            equal(tail.farewell(), (1000, ""))
        gone, stalled = Tail(server, QUERY), Tail(server, QUERY, receive_buffer=4096)
        gone.close()  # without a word
        with Tail(server, QUERY) as tail:
            push(server, *["x" * 1000] * 3000)
            equal(len(tail.lines(3000)), 3000)
            began = time.monotonic()
            server.process.send_signal(signal.SIGTERM)
            equal(tail.farewell(), (1001, "the server is stopping"))
            equal(server.process.wait(20), 0)
            assert time.monotonic() - began < 15, "stopping took %.1f s" % (time.monotonic() - began)
        stalled.close()


def test_delay_for_sorts_what_arrives_late():
    with Server() as server, Tail(server, QUERY, delay_for=2) as tail:
        began = time.time_ns()
        push(server, "second", at=began)
        push(server, "first", at=began - SECOND)
        got = tail.entries(2)
        equal([line for _, _, line, _ in got], ["first", "second"])
        assert 1 < (time.time_ns() - began) / SECOND < 4


def check_numbers(got, sent, who):
    """Lines 0 … sent-1, each once and in order."""
    wrong = next((i for i, n in enumerate(got) if n != i), len(got))
    assert wrong == sent == len(got), "%s: %d of %d lines, wrong from the %d. on: %s" % (who, len(got), sent, wrong, got[wrong:wrong + 5])


class Load(threading.Thread):
    """Pushes numbered lines."""

    def __init__(self, server, seconds, batch):
        super().__init__()
        self.server, self.seconds, self.batch, self.sent = server, seconds, batch, 0

    def run(self):
        began = time.monotonic()
        while time.monotonic() - began < self.seconds:
            lines = ["%08d %s" % (self.sent + i, "x" * 300) for i in range(self.batch)]
            push(self.server, *lines)
            self.sent += self.batch
            time.sleep(max(0, began + self.sent / RATE - time.monotonic()))


class Reader(threading.Thread):
    def __init__(self, tail, load):
        super().__init__()
        self.tail, self.load, self.got = tail, load, []

    def run(self):
        while self.load.is_alive() or len(self.got) < self.load.sent:
            more = self.tail.entries(1, 3)
            self.got += [int(line[:8]) for _, _, line, _ in more]
            if not more and not self.load.is_alive():
                return


def test_a_tail_that_begins_under_load_misses_nothing_and_repeats_nothing():
    with Server() as server:
        load = Load(server, 3, 20)
        load.start()
        readers = []
        for _ in range(8):
            time.sleep(0.2)
            readers.append(Reader(Tail(server, QUERY, limit=5000, start=time.time_ns() - 60 * SECOND), load))
            readers[-1].start()
        for thread in [load] + readers:
            thread.join()
        for reader in readers:
            check_numbers(reader.got, load.sent, "a reader that came under load")
            reader.tail.close()


def test_three_readers_one_of_them_stalled():
    with Server() as server:
        load = Load(server, LOAD_SECONDS, RATE // 10)
        stalled = Tail(server, QUERY, receive_buffer=64 << 10)
        readers = [Reader(Tail(server, QUERY), load) for _ in range(2)]
        push(server, *["x" * 300] * 100, labels={"app": "other"})
        before = server.memory()
        for thread in [load] + readers:
            thread.start()
        for thread in [load] + readers:
            thread.join()
        grown = server.memory("VmHWM") - before
        for reader in readers:
            check_numbers(reader.got, load.sent, "a reader that keeps up")
            equal(reader.tail.dropped, [])
        got = [int(line[:8]) for line in stalled.lines(10**9, 2)]
        lost = load.sent - len(got)
        assert lost > 0 and got == sorted(set(got)), "%d lines lost" % lost
        equal(len(stalled.dropped), min(lost, 1000), "entries that the stalled reader is told it lost")
        equal(stalled.dropped[0]["labels"]["app"], "tail")
        stored = load.sent * 400
        assert grown < stored * 2 + 64 * MIB, "memory grew by %d MiB for %d MiB of lines" % (grown // MIB, stored // MIB)
        push(server, "and on it goes")
        equal(stalled.lines(1), ["and on it goes"])
