"""Loguru with a sink that pushes: enqueue=True gives it a thread of its own, so that the program never waits."""
import json
import os
import urllib.request

from loguru import logger

URL = os.environ["SLEIPNIR_URL"] + "/loki/api/v1/push"


def push(message):
    record = message.record
    at = str(round(record["time"].timestamp() * 10**6) * 1000)
    labels = {"service": "shop", "shipper": "loguru", "env": "shippers"}
    metadata = {"level": record["level"].name.lower()}
    body = json.dumps({"streams": [{"stream": labels, "values": [[at, message.rstrip("\n"), metadata]]}]}).encode()
    urllib.request.urlopen(urllib.request.Request(URL, body, {"Content-Type": "application/json"}), timeout=10).close()


logger.remove()
logger.add(push, serialize=True, enqueue=True)
request = logger.bind(trace_id=os.environ["TRACE_ID"], order_id="order-1")

request.info("order accepted")
request.warning("provider is slow")
request.error("card declined")
logger.complete()
