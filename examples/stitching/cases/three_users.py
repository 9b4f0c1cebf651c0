"""The demonstration itself: three users, three requests each, within a moment; one checkout of one of them fails."""
import collections
import json

from stitching.system import USER

USERS = ("8924711", "8924712", "8924713")
BY_USER = '{service=~".+"} |= "user_id=%s"' % USER


def requests():
    return [{"user": user, "endpoint": endpoint} | ({"fail": "payments"} if user == USER and n == 2 else {})
            for user in USERS for n, endpoint in enumerate(("checkout", "cart_preview", "checkout"))]


def without(system):
    """What the text of a line can tell: everything of the user, and no more than that."""
    run = system.run
    sent = system.send_together(requests(), gap=0.015)
    lines = run.wait_for("the lines of the user", BY_USER, 18)
    run.say("Without x-trace-id: one checkout of user %s failed." % USER, "", "  " + BY_USER, "")
    run.say("recovered %d lines for user_id=%s" % (len(lines), USER), "by service:")
    records = [json.loads(line)["record"] for line in lines]
    for service, n in sorted(collections.Counter(r["extra"]["service"] for r in records).items()):
        run.say("  %s: %d lines" % (service, n))
    run.say("", "the three checkout-or-preview requests are mixed together:")
    for r in records:
        e = r["extra"]
        run.say("  %.3f  %-9s  %-6s  %-13s  ok=%s" % (r["time"]["timestamp"], e["service"], e["event"], e["endpoint"], e.get("ok")))
    run.say("", "--> which of them belonged to the failed checkout? No field says so.", "")
    return {"sent": sent, "lines": len(lines)}


def with_ids(system):
    """The same requests, and the one query that finds the failed one."""
    run = system.run
    sent = system.send_together(requests(), gap=0.015)
    failed = next(trace for trace, ok in sent if not ok)
    run.say("With x-trace-id: the same nine requests. The failed checkout is")
    query = system.selector() + ' | json | trace_id="%s"' % failed
    run.wait_for("the failed checkout", query, 6)
    system.tell(query, 6, "the failed checkout")
    return {"sent": sent, "failed": failed}
