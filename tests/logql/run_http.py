"""Runs test scripts against a server over HTTP: python3 run_http.py --url http://127.0.0.1:3100 [FILE | FOLDER]…

The server needs `--config server.yaml` of this folder. Every script (and every `clear` in it) has a tenant of its own, so all of them run
side by side in one store. README.md describes the scripts."""
import argparse
import datetime
import glob
import json
import math
import os
import secrets
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

from script import HOUR, ScriptError, read_script

FOLDER = os.path.dirname(os.path.abspath(__file__))
TOLERANCE = 1e-9


class Server:
    def __init__(self, url):
        self.url, self.run = url.rstrip("/"), secrets.token_hex(4)

    def send(self, path, tenant, body, headers):
        request = urllib.request.Request(self.url + path, body, {"X-Scope-OrgID": tenant, **headers}, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode("utf-8", "replace")

    def push(self, tenant, entries):
        streams = {}
        for labels, at, line, metadata in entries:
            stream = streams.setdefault(json.dumps(labels, sort_keys=True), {"stream": labels, "values": []})
            stream["values"].append([str(at), line, metadata] if metadata else [str(at), line])
        body = json.dumps({"streams": list(streams.values())}).encode()
        status, text = self.send("/loki/api/v1/push", tenant, body, {"Content-Type": "application/json"})
        if status != 204:
            raise ScriptError("push: %d %s" % (status, text))

    def ask(self, tenant, e):
        """Status and text of the answer."""
        parameters = {"query": e.query}
        if e.kind == "instant":
            parameters["time"] = e.end
        else:
            parameters.update(start=e.start, end=e.end)
        if e.kind == "range":
            parameters["step"] = e.step / 1e9
        if e.kind == "logs":
            parameters.update(direction=e.direction, limit=e.limit)
            if e.interval:
                parameters["interval"] = e.interval / 1e9
        headers = {"X-Loki-Response-Encoding-Flags": "categorize-labels"} if e.categorized else {}
        path = "/loki/api/v1/query" if e.kind == "instant" else "/loki/api/v1/query_range"
        return self.send(path, tenant, urllib.parse.urlencode(parameters).encode(), headers)


def same(a, b):
    if a is None or b is None or math.isnan(a) or math.isnan(b):
        return a is b or (a is not None and b is not None and math.isnan(a) and math.isnan(b))
    return a == b or abs(a - b) <= TOLERANCE * max(1, abs(a), abs(b))


def label_text(labels):
    return "{" + ", ".join("%s=%s" % (n, json.dumps(v, ensure_ascii=False)) for n, v in sorted(labels.items())) + "}"


def lines_apart(want, got):
    lines = ["    - " + str(line) for line in want if line not in got] + ["    + " + str(line) for line in got if line not in want]
    return "\n".join(lines or ["    the order or the number differs; answered:"] + ["      " + str(line) for line in got])


def compare_series(e, data):
    if data["resultType"] == "scalar" or e.scalar is not None:
        value = float(data["result"][1]) if data["resultType"] == "scalar" else None
        return "" if same(value, e.scalar) else "    - scalar %s\n    + %s" % (e.scalar, json.dumps(data["result"]))
    steps = 1 if e.kind == "instant" else (e.end - e.start) // e.step + 1
    got = []
    for series in data["result"]:
        values = [None] * steps
        for at, value in [series["value"]] if "value" in series else series["values"]:
            step = (round(at * 1000) * 10**6 - e.start) / (e.step or HOUR)
            if step not in range(steps):
                return "    a sample at %s, which is no step" % at
            step = int(step)
            values[step] = float(value)
        got.append((series["metric"], values))
    want = list(e.series)
    if not e.ordered:
        want.sort(key=lambda s: label_text(s[0]))
        got.sort(key=lambda s: label_text(s[0]))
    equal = len(want) == len(got) and all(
        w[0] == g[0] and len(w[1]) == len(g[1]) and all(map(same, w[1], g[1])) for w, g in zip(want, got))
    return "" if equal else lines_apart(want, got)


def compare_entries(e, data, base):
    got = []
    for stream in data["result"]:
        for at, line, *more in stream["values"]:
            categories = more[0] if more else {}
            got.append((stream["stream"], int(at), line, categories.get("structuredMetadata", {}), categories.get("parsed", {})))
    shown = [[(label_text(s), at - base, line, m, p) for s, at, line, m, p in sorted(rows, key=lambda r: label_text(r[0]))]
             for rows in (e.entries, got)]
    return "" if shown[0] == shown[1] else lines_apart(*shown)


def difference(server, tenant, e, base):
    status, text = server.ask(tenant, e)
    if e.fails:
        right = status == e.status and (not e.message or text == e.message) and e.part in text
        return "" if right else "    - %d %s\n    + %d %s" % (e.status, e.message or "…%s…" % e.part, status, text[:500])
    if status != 200:
        return "    failed: %d %s" % (status, text)
    data = json.loads(text)["data"]
    if (data["resultType"] == "streams") != (e.kind == "logs"):
        return "    the answer is " + data["resultType"]
    return compare_entries(e, data, base) if e.kind == "logs" else compare_series(e, data)


class Run:
    """`take(script, eval, passed)` is told of every eval that was asked."""

    def __init__(self, server, base, strict, take=lambda script, e, passed: None):
        self.server, self.base, self.refused, self.take = server, base, "additions" if strict else "strict", take
        self.passed = self.failed = self.skipped = 0

    def script(self, path):
        name = os.path.basename(path)
        try:
            self.commands(name, read_script(path, self.base))
        except ScriptError as error:
            self.fail("%s: %s" % (name, error))

    def commands(self, name, commands):
        clears = 0
        for command, *payload in commands:
            tenant = "%s-%s-%d" % (name.partition(".")[0], self.server.run, clears)
            if command == "clear":
                clears += 1
            elif command == "load":
                self.server.push(tenant, payload[0])
            else:
                self.eval(name, tenant, payload[0])

    def eval(self, name, tenant, e):
        if e.language == self.refused:
            self.skipped += 1
            return
        apart = difference(self.server, tenant, e, self.base)
        self.take(name, e, not apart)
        if apart:
            self.fail("%s:%d: %s\n%s" % (name, e.line, e.query, apart))
        else:
            self.passed += 1

    def fail(self, text):
        self.failed += 1
        print("FAIL " + text)


def hour(text):
    at = int(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()) * 10**9
    if at % HOUR:
        raise argparse.ArgumentTypeError("must be a whole hour")
    return at


def last_hour():
    return (time.time_ns() // HOUR - 1) * HOUR


def scripts_in(place):
    return sorted(glob.glob(os.path.join(place, "*.logqltest"))) if os.path.isdir(place) else [place]


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--url", default="http://127.0.0.1:3100")
    arguments.add_argument("--base", type=hour, help="what relative times count from, a whole hour in RFC 3339; default: the hour before this one")
    arguments.add_argument("--strict", action="store_true", help="the server runs with --strict: leave out what needs additions")
    arguments.add_argument("scripts", nargs="*", default=[FOLDER])
    given = arguments.parse_args()
    run = Run(Server(given.url), given.base or last_hour(), given.strict)
    for place in given.scripts:
        for path in scripts_in(place):
            run.script(path)
    print("%d passed, %d failed, %d skipped" % (run.passed, run.failed, run.skipped))
    return 0 if run.passed and not run.failed else 1


if __name__ == "__main__":
    sys.exit(main())
