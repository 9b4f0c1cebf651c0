"""Streams keyed by tenant: one request crosses three of them; and two apps that count their requests use the same id."""
from stitching.system import new_id


def play(system):
    run = system.run
    trace = new_id()
    system.send(trace_id=trace)
    run.say("", "One request through the streams of three tenants:")
    crossing = '{tenant=~".+"} | json | trace_id="%s"' % trace
    run.wait_for("three tenants", crossing, 6)
    run.tell(crossing + ' | line_format "{{.tenant}} {{.service}} {{.record_extra_event}}"')

    for app, user in (("swiggy", "8924711"), ("partner", "55")):
        system.send(user=user, app=app, trace_id="1001")
    both = system.selector() + ' | json | trace_id="1001"'
    run.say("", "Two apps that count their requests instead of drawing an id: 1001 is two requests, %d lines." % len(run.wait_for("1001", both, 12)),
            "What tells them apart is the app:")
    system.tell(both + ' | record_extra_app="partner"', 6, "one app")
    return {"crossing": trace, "shared": "1001"}
