"""Orders through a queue: the correlation id in the message's envelope, in the response's envelope, and across the border to another company."""
import os
import timeit
from importlib.machinery import SourceFileLoader

from runner import install
from runner.web import request

SWITCHES = ("duplicate", "refusal", "border")
JOURNEY = ('{service=~".+"} | json | correlation_id="%s"'
           ' | line_format "{{.timestamp}} [{{.service}}] {{.event}} {{.state}}{{.error}} trace={{.trace_id}} parent={{.parent_trace_id}}"')
BRIDGE = ('{service="worker"} | json | trace_id="%s"'
          ' | line_format "{{.event}} {{.error}} parent_trace_id={{.parent_trace_id}} correlation_id={{.correlation_id}}"')


def play(run):
    kafka = {"KAFKA_BROKERS": run.kafka("orders", "order-results")}
    courier = start(run, "courier", {})
    start(run, "worker", kafka | {"COURIER_URL": courier})
    shop = start(run, "shop", kafka)
    run.ready()

    report = {"orders": [order(shop, "ord_99887%d" % n) for n in range(10)], "cost_us": cost(run)}
    first = report["orders"][7]
    run.wait_for("the order", JOURNEY % first["correlation_id"], 4)
    run.say("The caller got %s. What happened to it?" % first)
    run.tell(JOURNEY % first["correlation_id"])
    run.say("", "Sealing and opening an envelope costs %.0f microseconds." % report["cost_us"])
    for switch in run.switches:
        report[switch] = {"duplicate": duplicate, "refusal": refusal, "border": border}[switch](run, shop)
    return report


def start(run, name, env):
    return run.start(name, [install.python(), os.path.join(run.folder, "services", name + ".py")], env=env)


def order(shop, number, headers=None, **more):
    """The response's envelope."""
    answer = request("POST", shop + "/orders", {"order_id": number, "address": "Elm Street 1"} | more, headers)
    return answer.json | {"status": answer.status}


def cost(run):
    """Microseconds a message, measured here."""
    envelope = SourceFileLoader("message_envelope", os.path.join(run.folder, "services", "envelope.py")).load_module()
    trace, n = envelope.new_trace(), 2000
    return timeit.timeit(lambda: envelope.unseal(envelope.seal({"order_id": "ord_998877"}, "req-xyz-123", trace)), number=n) / n * 1e6


def duplicate(run, shop):
    """The broker delivers twice; the key is made of the correlation id, so the courier is called once."""
    sent = order(shop, "ord_twice", {"X-Correlation-Id": "req-xyz-123"}, twice=True)
    run.wait_for("both deliveries", JOURNEY % "req-xyz-123", 5)
    run.say("", "A message that is delivered twice:")
    run.tell(JOURNEY % "req-xyz-123")
    return sent


def refusal(run, shop):
    """A request that was refused has an id all the same."""
    answer = request("POST", shop + "/orders", {})
    refused = answer.json | {"status": answer.status}
    run.wait_for("the refusal", JOURNEY % refused["correlation_id"], 1)
    run.say("", "A refused request; the user reads %s to the support:" % refused["correlation_id"])
    run.tell(JOURNEY % refused["correlation_id"])
    return refused


def border(run, shop):
    """The courier complains about its reference; from there back to the order."""
    sent = order(shop, "ord_nowhere", address="nowhere")
    run.wait_for("the failed delivery", JOURNEY % sent["correlation_id"], 4)
    run.wait_for("the courier's line", '{service="courier"} |= "REJECTED"', 1)
    reference = run.server.lines('{service="courier"} |= "REJECTED"')[0].split()[-1]
    run.say("", "The courier rejected reference %s. On our side that is" % reference)
    run.tell(BRIDGE % reference)
    return sent | {"reference": reference}
