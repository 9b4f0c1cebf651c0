"""A Flask service that logs when it enters and leaves its handler."""
import functools
import logging
import os
import random
import time

import requests
import werkzeug.serving
from flask import Flask, request

import context
from log import say


class Broken(Exception):
    """The handler did not do its work."""

    def __init__(self, status, why):
        super().__init__(why)
        self.status = status


def make(name, work):
    """`work(arguments)` -> ok. The handler is /handle; more routes may be added to the app."""
    app = Flask(name)
    app.add_url_rule("/ready", view_func=lambda: "ready", endpoint="ready")
    app.add_url_rule("/handle", view_func=functools.partial(handle, name, work), endpoint="handle")
    app.after_request(tell_caller)
    return app


def tell_caller(response):
    if c := context.current.get():
        response.headers["x-trace-id"] = c.trace_id
    return response


def handle(name, work):
    context.accept(request.headers)
    a = request.args.to_dict()
    common = {"user_id": a.get("user_id"), "endpoint": a.get("endpoint", "checkout"), "app": a.get("app")}
    say(name, "enter", "entered handler", **common)
    pause(0.005, 0.020)
    try:
        ok = work(a)
    except Broken as e:
        say(name, "error", str(e), **common)
        return {"ok": False, "error": str(e)}, e.status
    pause(0.001, 0.005)
    say(name, "exit", "left handler", ok=ok, **common)
    return {"ok": ok}


def pause(least, most):
    """Network and work take a while, and never the same while."""
    time.sleep(random.uniform(least, most))


def call(url, arguments, headers=None):
    """(status, ok) of a service behind this one."""
    answer = requests.get(url + "/handle", params=arguments, headers=context.outbound() if headers is None else headers, timeout=120)
    return answer.status_code, answer.json().get("ok", False)


def serve(app):
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    werkzeug.serving.BaseWSGIServer.request_queue_size = 2048  # a thousand users at once
    werkzeug.serving.run_simple("127.0.0.1", int(os.environ["PORT"]), app, threaded=True)
