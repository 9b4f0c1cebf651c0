"""Work in a thread pool: the context of the request stays behind unless it is carried over."""


def play(system):
    out = {}
    for pool in ("lost", "kept"):
        trace, _ = system.send(pool=pool)
        query = system.selector() + ' | json | trace_id="%s"' % trace
        system.run.say("", "A thread pool, context %s:" % pool)
        system.run.wait_for("scores", system.selector() + ' |= "fraud score computed"', len(out) + 1)
        system.tell(query, 7 if pool == "kept" else 6, pool)
        out[pool] = trace
    return out
