"""A network outside of the company returns the txn_id and no header: its callback begins a trace of its own."""
import json

from stitching.system import new_id


def play(system):
    run, txn = system.run, "UPI" + new_id()[:8]
    trace, _ = system.send(txn=txn)
    query = system.selector() + ' | json | record_extra_txn_id="%s"' % txn
    lines = run.wait_for("the callback", query, 2)
    callback = next(r["trace_id"] for line in lines if (r := json.loads(line)["record"]["extra"])["event"] == "callback")
    run.say("", "A trust boundary: the mandate is in the trace, its answer is not")
    system.tell(system.selector() + ' | json | trace_id="%s"' % trace, 7, "the mandate")
    run.say("", "the txn_id joins both sides")
    run.tell(query + ' | line_format "{{.service}} {{.record_extra_event}} trace_id={{.trace_id}}"')
    return {"txn": txn, "trace_id": trace, "callback": callback}
