"""The last service of the synchronous way."""
from hop import hop, serve


def handle(body, headers):
    with hop("payment", body["order_id"], headers):
        pass


serve(handle)
