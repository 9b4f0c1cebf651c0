"""send.py URL MESSAGES VERSION: logs each message through a handler of logging; version 0 is the API of Loki before 0.4."""
import json
import logging
import sys

import logging_loki

url, messages, version = sys.argv[1:]
logging.raiseExceptions = True
logger = logging.getLogger("shop.checkout")
logger.setLevel(logging.DEBUG)
logger.addHandler(logging_loki.LokiHandler(url=url, tags={"service": "python"}, version=version))
for i, message in enumerate(json.load(open(messages))):
    logger.log(logging.WARNING if i % 2 else logging.INFO, message, extra={"tags": {"tier": "t%d" % (i % 3)}})
