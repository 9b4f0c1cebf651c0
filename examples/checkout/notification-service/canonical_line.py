"""One JSON line a unit of work on standard output, written at its end and dated at its beginning."""
import contextlib
import datetime
import json
import sys
import threading
import time

import request_context

SERVICE = "notification-service"
lock = threading.Lock()


@contextlib.contextmanager
def canonical_line(context, **fields):
    """Makes `context` the current one and gives the fields to fill; what is raised becomes the line's error and goes on."""
    began, clock = datetime.datetime.now(datetime.timezone.utc), time.monotonic()
    token = request_context.current.set(context)
    line = dict(fields)
    try:
        yield line
    except Exception as e:
        line["error"] = str(e)
        raise
    finally:
        request_context.current.reset(token)
        write(began, time.monotonic() - clock, context, line)


def write(began, seconds, context, line):
    status = line.get("status", 0)
    level = "error" if status >= 500 or line.get("error") else "warn" if status >= 400 else "info"
    out = {"timestamp": began.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), "level": level, "service": SERVICE}
    for name in ("trace_id", "span_id", "parent_span_id", "session_feature_id", "bounded_context", "feature"):
        if value := getattr(context, name):
            out[name] = value
    out |= {name: value for name, value in line.items() if value is not None} | {"duration_ms": round(seconds * 1000)}
    with lock:
        sys.stdout.write(json.dumps(out, separators=(",", ":")) + "\n")
        sys.stdout.flush()
