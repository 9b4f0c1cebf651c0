"""Looks at the payments of the last hour, one line each, all under the trace id of the batch.

    fraud_batch.py ITEMS LINKED: reads payments (user id, trace id) from standard input first, makes up the rest; LINKED is yes or no
"""
import sys

import context
from log import logger, say

context.accept({})
items, linked = int(sys.argv[1]), sys.argv[2] == "yes"
payments = [line.split() for line in sys.stdin]
payments += [(str(9000000 + n), "made-up-%d" % n) for n in range(items - len(payments))]
for user, trace in payments:
    # the remedy: each row names the request that it is about
    say("fraud-batch", "row", "payment looked at", user_id=user, payment_trace_id=trace if linked else None)
logger.complete()
