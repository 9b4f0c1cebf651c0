"""Payments fail twice, cart calls again: under a new trace id each time, or under the same."""

HOW = {"new-id": "take a new id; the attempts are nowhere", "same-id": "keep the trace id; each attempt has a request_id of its own"}


def play(system):
    out = {}
    for retry in HOW:
        trace, _ = system.send(flaky="2", retry=retry)
        query = system.selector() + ' | json | trace_id="%s"' % trace
        system.run.say("", "Retries that %s:" % HOW[retry])
        system.tell(query, 12 if retry == "same-id" else 6, retry)
        out[retry] = trace
    return out
