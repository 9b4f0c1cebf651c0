"""OpenTelemetry's propagation as an automatic check: each way is taken once with care and once without, and the lines tell where the context was lost."""
import os

from otel.checklist import CHECKLIST
from otel.verdict import LINES, judge
from runner import install
from runner.places import free_port
from runner.web import request

IDS = ' | line_format "[{{.service_name}}] trace_id={{.trace_id}} span_id={{.span_id}} flags={{.trace_flags}} tier={{.baggage_customer_tier}}"'
SWITCHES = tuple(c.name for c in CHECKLIST)


def play(run):
    edge = start_all(run)
    run.ready()
    checks = [c for c in CHECKLIST if c.name in run.switches]
    report = {}
    for c in checks:
        answer = request("POST", edge + "/work", c.body | {"order_id": c.name})
        if answer.status != 200:
            raise RuntimeError("%s: %d %s" % (c.name, answer.status, answer.body[:500]))
    run.say("%-15s %-34s %-48s %s" % ("check", "hops", "context", "remedy"))
    for c in checks:
        run.wait_for(c.name, LINES % c.name, len(c.hops))
        v = judge(run.server, c.name)
        run.say("%-15s %-34s %-48s %s" % (c.name, " → ".join(v.hops), v.text, c.remedy))
        report[c.name] = {"hops": v.hops, "text": v.text}
    run.say("", "One of them, line by line:")
    run.tell(LINES % checks[0].name + IDS)
    return report


def start_all(run):
    """Returns the URL of the edge."""
    kafka = {"KAFKA_BROKERS": run.kafka("order-events")}
    inventory = {"INVENTORY_ADDRESS": "127.0.0.1:%d" % free_port()}
    start(run, "inventory", env=inventory)
    start(run, "mailer", env=kafka)
    payments = {"PAYMENT_URL": start(run, "payment"), "PAYMENT_B3_URL": start(run, "payment", "payment-b3", {"OTEL_PROPAGATORS": "b3"}),
                "PAYMENT_NO_BAGGAGE_URL": start(run, "payment", "payment-no-baggage", {"OTEL_PROPAGATORS": "tracecontext"})}
    order = start(run, "order", env=kafka | inventory | payments)
    return start(run, "edge", env={"ORDER_URL": order, "PROXY_URL": start(run, "proxy", env={"ORDER_URL": order})})


def start(run, module, name=None, env=None):
    """Its lines go by OTLP, not through the shipper."""
    otel = {"OTEL_SERVICE_NAME": module, "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT": run.server.url + "/otlp/v1/logs"}
    return run.start(name or module, [install.python(), os.path.join(run.folder, "services", module + ".py")], read=None, env=otel | (env or {}))
