"""gRPC, with JSON as the message: the context is in the metadata."""
import http.server
import json
import os
from concurrent.futures import ThreadPoolExecutor

import grpc

from hop import hop


def reserve(message, call):
    with hop("inventory", json.loads(message)["order_id"], dict(call.invocation_metadata())):
        return b"{}"


class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


server = grpc.server(ThreadPoolExecutor(2), [grpc.method_handlers_generic_handler("shop.Inventory", {"Reserve": grpc.unary_unary_rpc_method_handler(reserve)})])
server.add_insecure_port(os.environ["INVENTORY_ADDRESS"])
server.start()
http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Ready).serve_forever()
