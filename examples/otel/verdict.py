"""Tells from the lines of one request at which hop its context was lost."""
import dataclasses
import json

LINES = '{service_name=~"edge|order|payment|inventory|mailer"} | json | order_id="%s"'


@dataclasses.dataclass
class Verdict:
    hops: list                # names, in the order of time
    lost: tuple = ()          # (last hop with the context, first hop without)
    no_baggage: tuple = ()    # the same for baggage
    linked: bool = False      # the hop without names the trace that it came from

    @property
    def text(self):
        if self.lost:
            return ("linked" if self.linked else "lost") + " between %s and %s" % self.lost
        return "kept, baggage lost between %s and %s" % self.no_baggage if self.no_baggage else "kept"


def judge(server, order):
    """The first line's trace is the request's; parallel hops are compared with it, not with one another."""
    records = [json.loads(line) for line in server.lines(LINES % order)]
    out = Verdict([r["hop"] for r in records])
    for before, r in zip(records, records[1:]):
        if r["trace_id"] != records[0]["trace_id"]:
            out.lost = before["hop"], r["hop"]
            out.linked = r.get("linked_trace_id") == records[0]["trace_id"]
            break
        if "baggage_customer_tier" in records[0] and "baggage_customer_tier" not in r:
            out.no_baggage = before["hop"], r["hop"]
            break
    return out
