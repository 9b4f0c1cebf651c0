"""A job that looks at thousands of users' payments under one id of its own."""
from stitching.system import BATCH, USER

ROW = '{service="%s"} |= "user_id=%s" | json | line_format "{{.service}} trace_id={{.trace_id}} about={{.record_extra_payment_trace_id}}"'


def play(system):
    run = system.run
    trace, _ = system.send()
    out = {"trace_id": trace}
    for linked in (False, True):
        name = system.batch([(USER, trace)], linked)
        size = 'count_over_time({service="%s"}[1h])' % name
        count = sum(n for _, n in run.server.vector("sum(%s)" % size))
        run.say("", "A batch job, one id, %d items (%d lines). About this user it says" % (BATCH, count))
        run.tell(ROW % (name, USER))
        out[name] = count
    run.say("", "With the link, the request and what the job thought of it are one query:")
    query = system.selector() + ' | json | trace_id="%s" or record_extra_payment_trace_id="%s"' % (trace, trace)
    system.tell(query, 7, "the request and the batch")
    return out
