"""One JSON line an event."""
import json
import sys
import threading

import envelope

lock = threading.Lock()


def line(service, event, correlation_id, trace, level="info", **fields):
    """Fields without a value are left out."""
    out = {"timestamp": envelope.now(), "level": level, "service": service, "event": event, "correlation_id": correlation_id, "trace_id": trace.trace_id,
           "span_id": trace.span_id, "parent_span_id": trace.parent_span_id} | fields
    with lock:
        sys.stdout.write(json.dumps({k: v for k, v in out.items() if v not in (None, "")}) + "\n")
        sys.stdout.flush()
