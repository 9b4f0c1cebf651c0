"""A sidecar repeats a request that failed on an instance: the application sees one attempt, the sidecar's log has both."""
import json


def play(system):
    run = system.run
    trace, _ = system.send(via="mesh")
    query = system.selector() + ' | json | trace_id="%s"' % trace
    run.say("", "A mesh proxy that re-issues: the application knows of one attempt")
    system.tell(query, 6, "mesh")
    entered = system.selector('service="payments"') + ' | json | trace_id="%s" | record_extra_event="enter"' % trace
    request_id = json.loads(run.server.lines(entered)[0])["record"]["extra"]["request_id"]
    run.say("", "but payments logged the x-request-id that the proxy gave it, which finds the attempt before in the proxy's access log:")
    attempts = system.selector('service="mesh-proxy"') + ' | json | came_as="%s"'
    accepted = system.selector('service="mesh-proxy"') + ' | json | x_request_id="%s"' % request_id
    came_as = json.loads(run.wait_for("the proxy's line", accepted, 1)[0])["came_as"]
    run.tell(attempts % came_as + ' | line_format "{{.x_request_id}} {{.upstream}} {{.status}}"')
    return {"trace_id": trace, "request_id": request_id, "came_as": came_as}
