#!/usr/bin/env python3
"""Benchmark many streams and a label of many values: what asking for one of them costs.

  streams.py --url http://127.0.0.1:3100 [--streams 100000] [--values 1000000] [--runs 9] [--no-load]

Lines of one day: the i-th belongs to the stream of pod i modulo `streams`, and carries the structured metadata `user`, of `values` values, and a trace id. There are as many
lines as values, at least five times as many as streams. After POST /flush each question is asked once, then `runs` times; medians are printed, with answers. Every answer is
known from how the lines are made: exit status 1 when one is wrong. `--max` fails as well where a median is above so many milliseconds. The server should be fresh.
"""
import argparse, json, statistics, sys, time, urllib.parse, urllib.request

START_S, SPAN_S = 1772323200, 86400
END_S = START_S + SPAN_S
PUSH_LINES = 20000


def trace(i):
    return "%032x" % (i * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128)


def entry(i, o):
    at = START_S * 10**9 + (2 * i + 1) * (SPAN_S * 10**9 // (2 * o.lines))
    return [str(at), '{"level":"info","trace_id":"%s","duration_ms":%d,"msg":"request completed"}' % (trace(i), i % 997), {"user": "u%d" % (i % o.values)}]


def load(o):
    begin = time.time()
    for first in range(0, o.lines, PUSH_LINES):
        of_pod = {}
        for i in range(first, min(first + PUSH_LINES, o.lines)):
            of_pod.setdefault(i % o.streams, []).append(entry(i, o))
        streams = [{"stream": {"app": "shop", "pod": "pod-%d" % p, "node": "node-%d" % (p % 1000)}, "values": values} for p, values in of_pod.items()]
        ask(o, "push", json.dumps({"streams": streams}).encode(), {"Content-Type": "application/json"})
    urllib.request.urlopen(urllib.request.Request(o.url + "/flush", data=b""), timeout=300).read()
    print("%d lines in %d streams, %d values of a label: loaded in %.0f s" % (o.lines, o.streams, o.values, time.time() - begin))


def ask(o, path, body=None, headers={}, **parameters):
    url = o.url + "/loki/api/v1/" + path + ("?" + urllib.parse.urlencode(parameters) if parameters else "")
    return urllib.request.urlopen(urllib.request.Request(url, data=body, headers=headers), timeout=300).read()


def lines_of(answer):
    return sum(len(s["values"]) for s in answer["data"]["result"])


def total(answer):
    return sum(float(s["value"][1]) for s in answer["data"]["result"])


def size(answer):
    return len(answer["data"])


def questions(o):
    """Name: path, parameters, figure of an answer, what it has to be."""
    pod, last = o.streams // 3, o.lines - 1
    of_pod, of_user = len(range(pod, o.lines, o.streams)), len(range(last % o.values, o.lines, o.values))
    range_, instant = {"start": START_S, "end": END_S, "limit": 1000}, {"time": END_S}
    return {
        "needle": ("query_range", {"query": '{app="shop"} |= "%s"' % trace(last // 2), **range_}, lines_of, 1),
        "needle of a pod": ("query_range", {"query": '{pod="pod-%d"} |= "%s"' % (pod, trace(pod)), **range_}, lines_of, 1),
        "absent": ("query_range", {"query": '{app="shop"} |= "%s"' % trace(last + 1), **range_}, lines_of, 0),
        "a pod": ("query_range", {"query": '{pod="pod-%d"}' % pod, **range_}, lines_of, of_pod),
        "pods by expression": ("query_range", {"query": '{pod=~"pod-%d|pod-1"}' % pod, **range_}, lines_of, of_pod + len(range(1, o.lines, o.streams))),
        "a user": ("query_range", {"query": '{app="shop"} | user="u%d"' % (last % o.values), **range_}, lines_of, of_user),
        "latest 1000": ("query_range", {"query": '{app="shop"}', **range_}, lines_of, 1000),
        "series of a pod": ("series", {"match[]": '{pod="pod-%d"}' % pod, "start": START_S, "end": END_S}, size, 1),
        "series of a node": ("series", {"match[]": '{node="node-7"}', "start": START_S, "end": END_S}, size, len(range(7, o.streams, 1000))),
        "values of pod": ("label/pod/values", {"start": START_S, "end": END_S}, size, o.streams),
        "values of pod of a node": ("label/pod/values", {"query": '{node="node-7"}', "start": START_S, "end": END_S}, size, len(range(7, o.streams, 1000))),
        "count of a pod": ("query", {"query": 'sum(count_over_time({pod="pod-%d"}[24h]))' % pod, **instant}, total, of_pod),
        "count of all": ("query", {"query": 'sum(count_over_time({app="shop"}[24h]))', **instant}, total, o.lines),
        "count by node": ("query", {"query": 'sum by (node) (count_over_time({app="shop"}[24h]))', **instant}, total, o.lines),
        "top users": ("query", {"query": 'topk(10, sum by (user) (count_over_time({app="shop"}[24h])))', **instant}, lambda a: len(a["data"]["result"]), 10),
        "volume of a node": ("index/volume", {"query": '{node="node-7"}', "start": START_S, "end": END_S}, lambda a: len(a["data"]["result"]), None),
    }


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--url", default="http://127.0.0.1:3100")
    a.add_argument("--streams", type=int, default=100000)
    a.add_argument("--values", type=int, default=1000000)
    a.add_argument("--runs", type=int, default=9)
    a.add_argument("--max", type=float)
    a.add_argument("--no-load", action="store_true")
    o = a.parse_args()
    o.lines = max(o.values, 5 * o.streams)
    if not o.no_load:
        load(o)
    failed = False
    print("%-26s%11s%10s  %s" % ("question", "median ms", "min ms", "answer"))
    for name, (path, parameters, figure, want) in questions(o).items():
        ts = []
        for _ in range(o.runs + 1):
            begin = time.perf_counter()
            body = ask(o, path, **parameters)
            ts.append((time.perf_counter() - begin) * 1e3)
        got, median = figure(json.loads(body)), statistics.median(ts[1:])
        wrong, slow = want is not None and got != want, bool(o.max) and median > o.max
        failed |= wrong or slow
        print("%-26s%11.1f%10.1f  %g%s%s" % (name, median, min(ts[1:]), got, " WRONG, should be %g" % want if wrong else "", " SLOW" if slow else ""), flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()
