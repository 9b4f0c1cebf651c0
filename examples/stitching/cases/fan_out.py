"""A settlement that fails after the request is over: it belongs to the checkout only if the Kafka record carries the id."""


def play(system):
    out = {}
    for settle in ("bare", "headers"):
        trace, _ = system.send(settle=settle)
        query = system.selector() + ' | json | trace_id="%s"' % trace
        system.run.say("", "Asynchronous fan-out, record %s:" % ("with x-trace-id" if settle == "headers" else "without headers"))
        system.run.wait_for("settlement", '{service="settlement"}', len(out) + 1)
        system.tell(query, 8 if settle == "headers" else 7, settle)
        out[settle] = trace
    return out
