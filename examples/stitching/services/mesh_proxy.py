"""A sidecar of a service mesh before payments: a request that fails on one instance goes to the next one under a new x-request-id.

Each attempt is a line of its access log; the application's log has the last one only. UPSTREAMS: instances, the first of them just went away.
"""
import http.server
import json
import os
import sys
import time
import urllib.error
import urllib.request
import uuid

UPSTREAMS = os.environ["UPSTREAMS"].split(",")


class Proxy(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/ready":
            return self.answer(200, b"ready")
        came_as = self.headers.get("x-request-id")
        for n, upstream in enumerate(UPSTREAMS):
            request_id = came_as if n == 0 else str(uuid.uuid4())
            status, body = forward(upstream + self.path, dict(self.headers) | {"x-request-id": request_id})
            access_line(self.path.split("?")[0], request_id, came_as, upstream, status)
            if status != 502:
                break
        self.answer(status, body)

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def forward(url, headers):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as e:
        return e.code, e.read()
    except OSError:
        return 502, b'{"ok": false}'


def access_line(path, request_id, came_as, upstream, status):
    t = time.time()
    print(json.dumps({"timestamp": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(t)) + ".%06dZ" % (t % 1 * 1e6), "path": path, "x_request_id": request_id,
                      "came_as": came_as, "upstream": upstream.rsplit("/", 1)[-1], "status": status}), flush=True)


http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Proxy).serve_forever()
