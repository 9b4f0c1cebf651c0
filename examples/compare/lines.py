"""Log files of four services: api, auth, catalog, worker. Everything is a function of the seed and the time."""
import datetime
import json
import os
import random

SERVICES = ("api", "auth", "catalog", "worker")
STEPS = (("api", "request received"), ("auth", "token checked"), ("catalog", "product loaded"), ("worker", "event processed"))
NEEDLE, MIDNIGHT = "abc-123", "late-1"


def iso(t):
    return t.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def line(rng, t, service, message, trace, level=None):
    level = level or ("error" if rng.random() < 0.02 else "info")
    return json.dumps({"timestamp": iso(t), "level": level, "msg": message, "service": service, "trace_id": trace, "method": "GetProduct",
                       "user_id": "user-%d" % rng.randrange(20000), "duration_ms": rng.randrange(1, 400)}, separators=(",", ":"))


def write(folder, end, count, seed=1):
    """`count` lines or a few more in SERVICE.log, over the hour before `end`; one request has the id abc-123, one ran over midnight (late-1)."""
    rng = random.Random(seed)
    files = {s: open(os.path.join(folder, s + ".log"), "w") for s in SERVICES}
    midnight = end.replace(hour=0, minute=0, second=0, microsecond=0)
    for n, (service, message) in enumerate(STEPS):
        print(line(rng, midnight + datetime.timedelta(milliseconds=100 * n - 150), service, message, MIDNIGHT), file=files[service])
    requests = count // len(STEPS)
    for n in range(requests):
        t = end - datetime.timedelta(seconds=3600 * (1 - n / requests))
        trace = NEEDLE if n == requests // 2 else "%032x" % rng.getrandbits(128)
        for step, (service, message) in enumerate(STEPS):
            print(line(rng, t + datetime.timedelta(milliseconds=3 * step + rng.random()), service, message, trace), file=files[service])
    for f in files.values():
        f.close()
