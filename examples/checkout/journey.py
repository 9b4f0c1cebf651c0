#!/usr/bin/env python3
"""Asks a server that speaks Loki's HTTP API what happened to one session, and prints its hops in time order.

    journey.py [SESSION] [--url http://127.0.0.1:3100] [--since 1h | --start SECONDS --end SECONDS]
"""
import argparse
import json
import sys
import urllib.error
import urllib.parse
import urllib.request

import lines

QUERY = ('{service=~".+"} | json | session_feature_id="%s"'
         ' | line_format "{{.timestamp}} [{{.service}}] {{.status}} {{.path}}{{.kafka_topic}} ({{.duration_ms}}ms)"')


def ask(url, tenant, parameters):
    request = urllib.request.Request(url.rstrip("/") + "/loki/api/v1/query_range?" + urllib.parse.urlencode(parameters))
    if tenant:
        request.add_header("X-Scope-OrgID", tenant)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as e:
        sys.exit("query refused with %d: %s" % (e.code, e.read(2000).decode(errors="replace").strip()))
    except OSError as e:
        sys.exit("query failed: %s" % e)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("session", nargs="?", default=lines.SESSION)
    p.add_argument("--url", default="http://127.0.0.1:3100")
    p.add_argument("--tenant")
    p.add_argument("--since", default="1h")
    p.add_argument("--start", type=int)
    p.add_argument("--end", type=int)
    o = p.parse_args()

    parameters = {"query": QUERY % o.session, "direction": "forward", "limit": "1000"}
    parameters |= {"since": o.since} if o.start is None else {"start": str(o.start), "end": str(o.end or o.start + 1800)}
    answer = ask(o.url, o.tenant, parameters)
    # the answer is one list a stream: the hops of a journey are in time order only after merging them
    hops = sorted((int(v[0]), v[1]) for s in answer["data"]["result"] for v in s["values"])
    for _, line in hops:
        print(line)
    if not hops:
        sys.exit("no lines of %s found" % o.session)


if __name__ == "__main__":
    main()
