"""The envelope of every message: what correlates it stands beside the payload, inside the message, so that no broker can lose it.

    {"metadata": {"correlation_id": …, "trace_parent": …, "timestamp": …}, "payload": …}
"""
import dataclasses
import datetime
import json
import re
import secrets

CORRELATION = re.compile(r"[A-Za-z0-9._-]{1,64}")
TRACE_PARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")


class NotAnEnvelope(ValueError):
    pass


@dataclasses.dataclass(frozen=True)
class Trace:
    """Where we are: a span of our own, and who called."""
    trace_id: str
    parent_span_id: str = ""
    flags: str = "01"
    span_id: str = dataclasses.field(default_factory=lambda: secrets.token_hex(8))

    @property
    def parent(self):
        """As the next one will see it."""
        return "00-%s-%s-%s" % (self.trace_id, self.span_id, self.flags)


def new_trace():
    return Trace(secrets.token_hex(16))


def child_of(trace_parent):
    m = TRACE_PARENT.fullmatch(trace_parent or "")
    return Trace(m[1], m[2], m[3]) if m else new_trace()


def now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def seal(payload, correlation_id, trace):
    return json.dumps({"metadata": {"correlation_id": correlation_id, "trace_parent": trace.parent, "timestamp": now()}, "payload": payload}).encode()


def unseal(message):
    """(payload, correlation id, our trace); NotAnEnvelope says what is missing."""
    try:
        body = json.loads(message)
        metadata, payload = body["metadata"], body["payload"]
        correlation_id = metadata["correlation_id"]
    except (ValueError, KeyError, TypeError) as e:
        raise NotAnEnvelope("no envelope: %s" % e) from e
    if not isinstance(correlation_id, str) or not CORRELATION.fullmatch(correlation_id):
        raise NotAnEnvelope("correlation_id is not an id")
    return payload, correlation_id, child_of(metadata.get("trace_parent"))


def answer(correlation_id, data=None, error=None):
    """The envelope of every HTTP response: a user can read the id to the support."""
    return {"data": data, "error": error, "correlation_id": correlation_id}
