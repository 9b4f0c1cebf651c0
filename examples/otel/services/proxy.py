"""A proxy that lets only the headers pass that it knows."""
import http.server
import os
import urllib.request

KNOWN = ("content-type", "content-length", "accept", "user-agent")


class Proxy(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(200, b"ready")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {k: v for k, v in self.headers.items() if k.lower() in KNOWN}
        with urllib.request.urlopen(urllib.request.Request(os.environ["ORDER_URL"] + self.path, body, headers), timeout=20) as answer:
            self.answer(answer.status, answer.read())

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Proxy).serve_forever()
