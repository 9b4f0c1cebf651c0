"""Another company: plain text in its log, ids of its own, and of us it knows the reference that we gave."""
import http.server
import json
import os
import secrets


class Courier(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(200, {})

    def do_POST(self):
        order = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        unknown = order["address"] == "nowhere"
        shipment = "C-" + secrets.token_hex(4)
        print("%s %s customer reference %s" % ("REJECTED" if unknown else "BOOKED", shipment, order["your_reference"]), flush=True)
        self.answer(404 if unknown else 200, {"shipment": shipment})

    def answer(self, status, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Courier).serve_forever()
