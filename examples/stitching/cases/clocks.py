"""The clock of payments is two seconds slow: by time it answers before it was asked. Counting hops gives the order back."""
import json


def play(system):
    run = system.run
    trace, _ = system.send(via="slow-clock")
    query = system.selector() + ' | json | trace_id="%s"' % trace
    run.say("", "A slow clock: in the order of time, payments are done before the gateway was asked")
    lines = system.tell(query, 6, "slow clock")
    records = [json.loads(line)["record"]["extra"] for line in run.server.lines(query)]
    entered = sorted((r["hop"], r["service"]) for r in records if r["event"] == "enter")
    run.say("", "in the order of hops: " + ", ".join(service for _, service in entered))
    return {"trace_id": trace, "by_time": lines, "by_hop": [service for _, service in entered]}
