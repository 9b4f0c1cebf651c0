"""What all services share: a hop is a span and one line; headers in, headers out."""
import contextlib
import logging
import os

from flask import Flask, request
from opentelemetry import context
from opentelemetry.propagate import extract, inject
from werkzeug.serving import run_simple

import telemetry

tracer, log = telemetry.start()


@contextlib.contextmanager
def hop(name, order, incoming=None, **fields):
    """A span in the context that `incoming` headers carry (or the current one), with one line at its beginning."""
    token = context.attach(extract(incoming)) if incoming is not None else None
    try:
        with tracer.start_as_current_span(name):
            log.info("order %s at %s", order, name, extra={"fields": {"order_id": order, "hop": name} | fields})
            yield
    finally:
        if token is not None:
            context.detach(token)


def outgoing():
    """Headers with the current context."""
    headers = {}
    inject(headers)
    return headers


def serve(handle):
    """POST /work calls `handle(body, headers)`; the names of headers are in small letters, as the propagators look them up."""
    app = Flask(telemetry.SERVICE)
    app.add_url_rule("/ready", view_func=lambda: "ready", endpoint="ready")
    app.add_url_rule("/work", view_func=lambda: (handle(request.get_json(), {k.lower(): v for k, v in request.headers}) or {}), endpoint="work",
                     methods=["POST"])
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    run_simple("127.0.0.1", int(os.environ["PORT"]), app, threaded=True)
