#!/usr/bin/env python3
"""Pushes half an hour of the checkout system's canonical log lines to a server that speaks Loki's HTTP API.

    generate.py                                  # to http://127.0.0.1:3100
    generate.py --url http://loki:3100 --tenant shop --journeys 5000
    generate.py --print > lines.jsonl            # the lines, without a server

The lines depend on --seed and --start only. Without --start they fill the last whole half hour, so that a second run
within the half hour sends the same lines, which the server already has.
"""
import argparse
import json
import sys
import time
import urllib.error
import urllib.request

import lines

HALF_HOUR = 1800


def last_half_hour():
    return (int(time.time()) // HALF_HOUR - 1) * HALF_HOUR


def batches(records, env, size):
    """Push bodies of at most `size` lines, one stream a service."""
    for i in range(0, len(records), size):
        streams = {}
        for service, ns, line in records[i:i + size]:
            streams.setdefault(service, []).append([str(ns), line])
        yield {"streams": [{"stream": {"service": s, "env": env}, "values": v} for s, v in streams.items()]}


def push(url, body, tenant):
    headers = {"Content-Type": "application/json"}
    if tenant:
        headers["X-Scope-OrgID"] = tenant
    request = urllib.request.Request(url.rstrip("/") + "/loki/api/v1/push", json.dumps(body).encode(), headers)
    try:
        urllib.request.urlopen(request, timeout=30).close()
    except urllib.error.HTTPError as e:
        sys.exit("push refused with %d: %s" % (e.code, e.read(2000).decode(errors="replace").strip()))
    except OSError as e:
        sys.exit("push failed: %s" % e)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--url", default="http://127.0.0.1:3100")
    p.add_argument("--tenant", help="sent as X-Scope-OrgID")
    p.add_argument("--env", default="prod", help="value of the label env")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--start", type=int, help="Unix seconds of the first line")
    p.add_argument("--seconds", type=int, default=HALF_HOUR, help="how much time the lines span")
    p.add_argument("--journeys", type=int, default=600, help="journeys beside %s" % lines.SESSION)
    p.add_argument("--batch", type=int, default=500, help="lines a push")
    p.add_argument("--print", action="store_true", help="write the lines to standard output instead")
    o = p.parse_args()

    start = last_half_hour() if o.start is None else o.start
    records = lines.generate(o.seed, start * lines.SECOND, o.seconds, o.journeys)
    if o.print:
        for _, _, line in records:
            print(line)
        return
    sent = 0
    for body in batches(records, o.env, o.batch):
        push(o.url, body, o.tenant)
        sent += 1
    print("pushed %d lines of %d journeys in %d batches, %s to %s, to %s"
          % (len(records), o.journeys + 1, sent, lines.iso(start * lines.SECOND), lines.iso((start + o.seconds) * lines.SECOND), o.url))


if __name__ == "__main__":
    main()
