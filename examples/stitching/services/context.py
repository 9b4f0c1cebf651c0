"""The ids of the request that is being served. With PROPAGATE=no there are none, as in a system that never had any."""
import contextvars
import dataclasses
import os
import uuid

PROPAGATE = os.environ.get("PROPAGATE", "yes") == "yes"


@dataclasses.dataclass(frozen=True)
class Context:
    trace_id: str       # what the user asked for: the same through retries
    request_id: str     # one network attempt
    hop: int            # services before this one


current = contextvars.ContextVar("context", default=None)


def accept(headers):
    """From x-trace-id, x-request-id, x-hop; new ids where there are none."""
    if PROPAGATE:
        hop = headers.get("x-hop", "0")
        current.set(Context(headers.get("x-trace-id") or str(uuid.uuid4()), headers.get("x-request-id") or str(uuid.uuid4()), int(hop) if hop.isdigit() else 0))


def outbound(trace_id=None):
    """Headers of a call: the trace id goes on, each call is an attempt of its own."""
    c = current.get()
    return {"x-trace-id": trace_id or c.trace_id, "x-request-id": str(uuid.uuid4()), "x-hop": str(c.hop + 1)} if c else {}
