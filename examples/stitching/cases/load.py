"""A thousand requests of one user at once: stitching by user and time guesses, the id knows."""
import collections
import json

from stitching.system import USER

REQUESTS = 1000


def play(system):
    run = system.run
    user = USER[:-1] + "9"
    sent = system.send_together([{"user": user} for _ in range(REQUESTS)])
    query = system.selector() + ' |= "user_id=%s"' % user
    lines = run.wait_for("all lines", query, 6 * REQUESTS, seconds=60, limit=10 * REQUESTS)
    records = [json.loads(line)["record"]["extra"] for line in lines]
    right, whole = guess(records), {}
    for r in records:
        whole.setdefault(r["trace_id"], []).append(r["service"] + " " + r["event"])
    complete = sum(sorted(hops) == sorted(s + " " + e for s in ("gateway", "cart", "payments") for e in ("enter", "exit")) for hops in whole.values())
    run.say("", "%d requests of one user at once, %d lines:" % (REQUESTS, len(records)),
            "  stitched by user and time:  %4d requests right" % right, "  stitched by trace_id:       %4d requests right" % complete)
    return {"sent": len(sent), "ids": len(whole), "by_time": right, "by_id": complete}


def guess(records):
    """The best that user and time can do: who entered first is answered first and calls first. How many requests it puts together right."""
    events = collections.defaultdict(list)
    for r in records:  # in time order
        events[r["service"], r["event"]].append(r["trace_id"])
    return sum(len(set(ids)) == 1 for ids in zip(*events.values()))
