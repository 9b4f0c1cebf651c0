"""Patterns: what lines look like, in a form that finds them again."""
import json
import random
import time

from server import MINUTE, SECOND, Server, equal

LINES = [
    ('10.0.0.%d - - [10/Oct/2026:13:55:%02d +0000] "GET /items/%d HTTP/1.1" 200 17', "unknown", '<_> - - [<_> +0000] "GET <_> HTTP/1.1" 200 17'),
    ('level=warn msg="cart %d of user u-%d is stale" dur=%dms', "warn", 'level=warn msg="cart <_> of user <_> is stale" dur=<_>'),
    (json.dumps({"level": "error", "message": "payment %d of order o-%d failed after %dms", "n": 1}), "error", "<_>payment <_> of order <_> failed after <_>"),
]


def test_patterns_count_what_their_text_finds():
    chance = random.Random(7)
    with Server() as server:
        now = time.time_ns() // MINUTE * MINUTE
        for n, (line, _, _) in enumerate(LINES):
            entries = [(now - i * SECOND, line % tuple(chance.randrange(10, 100) for _ in range(3))) for i in range(300 + n)]
            equal(server.push({"app": "patterns"}, entries).status, 204)
        answer = server.get("patterns", query='{app="patterns"}', step="60s", start=now - 20 * MINUTE, end=now + MINUTE)
        got = {(p["pattern"], p["level"]): p["samples"] for p in answer.json["data"]}
        equal(set(got), {(pattern, level) for _, level, pattern in LINES})
        for n, (_, level, pattern) in enumerate(LINES):
            samples = got[pattern, level]
            equal(sum(count for _, count in samples), 300 + n)
            equal([t for t, _ in samples], [(now - k * MINUTE) // SECOND for k in range(len(samples) - 1, -1, -1)], "times of samples")
            equal(len(server.lines('{app="patterns"} |> `%s`' % pattern)), 300 + n, "lines found by " + pattern)
