"""Calls payments, again if that fails for the moment."""
import os
import uuid

import context
import service
from log import say

# where `via` leads: straight to payments, through a proxy of a service mesh, to a payments whose clock is slow
PAYMENTS = {None: "PAYMENTS_URL", "mesh": "MESH_URL", "slow-clock": "SLOW_CLOCK_URL"}
ATTEMPTS = 3


def work(arguments):
    url = os.environ[PAYMENTS[arguments.get("via")]]
    for attempt in range(1, ATTEMPTS + 1):
        # the mistake of the case `retries`: an attempt is taken for a request of its own
        headers = context.outbound(str(uuid.uuid4()) if arguments.get("retry") == "new-id" else None)
        if attempt > 1:
            say("cart", "retry", "calling payments again", user_id=arguments.get("user_id"), attempt=attempt)
        status, ok = service.call(url, arguments | {"attempt": attempt}, headers)
        if status != 503:
            return ok
    raise service.Broken(502, "payments failed %d times" % ATTEMPTS)


service.serve(service.make("cart", work))
