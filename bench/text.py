#!/usr/bin/env python3
"""Benchmark lines that are not JSON: plain text, logfmt, access logs; beside zstd -3 and ripgrep on the same lines in a file.

  text.py --url http://127.0.0.1:3100 --data-dir DIR [--loghub FOLDER] [--mb 1000] [--only loghub,logfmt,access]

`loghub` are the *_2k.log files of FOLDER (one stream a system), repeated with new numbers in place of theirs until there is enough; the others are made here. For each kind
it prints the raw size, what `zstd -3` makes of it, what the server's directory grows by after POST /flush, the load, and the medians of three runs of: a needle, a
word that no line has, a substring count and an aggregate, with ripgrep's time for the first three. Exit status 1 when the server's answer is not ripgrep's.
"""
import argparse, json, os, random, re, statistics, subprocess, sys, tempfile, time, urllib.parse, urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "tests", "conformance"))
from run import push_proto, snappy_literal  # noqa: E402

START_NS, SPAN_NS = 1772323200 * 10**9, 86400 * 10**9
DIGITS = re.compile(rb"\d+")


def vary(line, rng):
    """Another number of the same length for each of three digits or more; shorter ones stay, as they are mostly levels, codes and dates."""
    return DIGITS.sub(lambda m: b"%0*d" % (len(m[0]), rng.randrange(10 ** len(m[0]))) if len(m[0]) > 2 else m[0], line)


def loghub(folder, size):
    rng, systems = random.Random(1), {}
    for name in sorted(os.listdir(folder)):
        if name.endswith("_2k.log"):
            systems[name.split("_")[0].lower()] = open(os.path.join(folder, name), "rb").read().splitlines()
    made = 0
    while made < size:
        for system, lines in systems.items():
            for line in lines:
                line = vary(line, rng)
                made += len(line) + 1
                yield system, line


def logfmt(size):
    rng, made, i = random.Random(2), 0, 0
    while made < size:
        i += 1
        line = b'ts=%d level=%s component=%s msg="%s" trace_id=%032x duration=%dms status=%d bytes=%d' % (
            START_NS // 10**9 + i // 100, rng.choice((b"info", b"info", b"info", b"warn", b"error")), rng.choice((b"ingester", b"querier", b"ruler", b"gateway")),
            rng.choice((b"request done", b"flush of block finished", b"timeout while reading", b"cache miss")), rng.getrandbits(128), rng.randrange(5000), rng.choice((200, 200, 200, 404, 500)), rng.randrange(1 << 20))
        made += len(line) + 1
        yield "app%d" % (i % 4), line


def access(size):
    rng, made, i = random.Random(3), 0, 0
    while made < size:
        i += 1
        line = b'10.%d.%d.%d - - [01/Mar/2026:%02d:%02d:%02d +0000] "%s /api/%s/%d HTTP/1.1" %d %d "-" "%s"' % (
            rng.randrange(256), rng.randrange(256), rng.randrange(256), i // 360000 % 24, i // 6000 % 60, i // 100 % 60, rng.choice((b"GET", b"GET", b"POST")), rng.choice((b"orders", b"users", b"carts")), rng.randrange(10**7),
            rng.choice((200, 200, 200, 301, 404, 500)), rng.randrange(1 << 18), rng.choice((b"Mozilla/5.0 (X11; Linux x86_64)", b"curl/8.5.0", b"okhttp/4.12.0")))
        made += len(line) + 1
        yield "web%d" % (i % 4), line


def post(url, body=b"", headers={}):
    urllib.request.urlopen(urllib.request.Request(url, data=body, headers=headers, method="POST"), timeout=300).read()


def directory_bytes(folder):
    return int(subprocess.run(["du", "-sb", folder], capture_output=True, text=True).stdout.split()[0])


def settled(folder):
    last, still = -1, 0
    while still < 4:
        now = directory_bytes(folder)
        still, last = (still + 1 if now == last else 0), now
        time.sleep(0.5)
    return last


def load(o, kind, lines, raw):
    """Pushes and writes the file; returns the seconds that the pushes took."""
    seconds, batch, held, n = 0.0, {}, 0, 0

    def send():
        nonlocal seconds
        body = snappy_literal(push_proto([({"kind": kind, "app": app}, entries) for app, entries in batch.items()]))
        began = time.perf_counter()
        post(o.url + "/loki/api/v1/push", body, {"Content-Type": "application/x-protobuf"})
        seconds += time.perf_counter() - began

    for app, line in lines:
        raw.write(line + b"\n")
        batch.setdefault(app, []).append((START_NS + n * 20_000, line.decode("utf-8", "replace"), None))
        n, held = n + 1, held + len(line)
        if held > 4 << 20:
            send()
            batch, held = {}, 0
    send()
    return seconds, n


def ask(o, query, **more):
    p = {"query": query, "start": START_NS, "end": START_NS + SPAN_NS, "limit": 1000, **more}
    times = []
    for _ in range(4):
        began = time.perf_counter()
        body = urllib.request.urlopen(urllib.request.Request(o.url + "/loki/api/v1/query_range?" + urllib.parse.urlencode(p), headers={"Cache-Control": "no-cache"}), timeout=600).read()
        times.append(time.perf_counter() - began)
    return statistics.median(times[1:]) * 1e3, json.loads(body)["data"]["result"]


def grep(path, word):
    times = []
    for _ in range(3):
        began = time.perf_counter()
        out = subprocess.run(["rg", "-c", "-F", word, path], capture_output=True, text=True).stdout
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1e3, int(out or 0)


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--url", default="http://127.0.0.1:3100")
    a.add_argument("--data-dir", required=True)
    a.add_argument("--loghub", help="folder of *_2k.log files")
    a.add_argument("--mb", type=int, default=1000)
    a.add_argument("--only", default="loghub,logfmt,access")
    o = a.parse_args()
    wrong, size = 0, o.mb * 10**6
    kinds = {"loghub": lambda: loghub(o.loghub, size), "logfmt": lambda: logfmt(size), "access": lambda: access(size)}
    words = {"loghub": "Accepted password", "logfmt": "timeout while reading", "access": "POST /api/carts"}
    for kind in o.only.split(","):
        if kind == "loghub" and not o.loghub:
            continue
        before = settled(o.data_dir)
        with tempfile.NamedTemporaryFile(suffix=".log") as raw:
            seconds, n = load(o, kind, kinds[kind](), raw)
            raw.flush()
            post(o.url + "/flush")
            stored, total = settled(o.data_dir) - before, os.path.getsize(raw.name)
            packed = int(subprocess.run("zstd -3 -q -c %s | wc -c" % raw.name, shell=True, capture_output=True, text=True).stdout)
            print("%s: %d lines, raw %.0f MB, zstd -3 %.1f MB, stored %.1f MB (%.2f of zstd), pushed at %.0f MB/s" % (kind, n, total / 1e6, packed / 1e6, stored / 1e6, stored / packed, total / 1e6 / seconds), flush=True)
            with open(raw.name, "rb") as f:
                f.seek(total // 2)
                f.readline()
                middle = f.readline().decode("utf-8", "replace")
            needle = max(re.findall(r"\w+", middle), key=len) if kind != "loghub" else max(re.findall(r"\w*\d{3,}\w*", middle) or re.findall(r"\w+", middle), key=len)
            all_lines = '{kind="%s"}' % kind
            for name, word in (("needle", needle), ("absent", "deadlock of a kind that is not here"), ("substring", words[kind])):
                grep_ms, want = grep(raw.name, word)
                quoted = json.dumps(word)
                ms, result = ask(o, "sum(count_over_time(%s |= %s [1d]))" % (all_lines, quoted), step=86400)
                got = sum(float(v[1]) for s in result for v in s["values"])
                line = "  %-10s %9.1f ms   rg %9.1f ms   %d lines" % (name, ms, grep_ms, want)
                if name == "needle":
                    line += "   as lines %.1f ms" % ask(o, "%s |= %s" % (all_lines, quoted))[0]
                if got != want:
                    wrong += 1
                    line += "  WRONG: %d" % got
                print(line, flush=True)
            query = {"loghub": "sum by (app) (count_over_time(%s[1h]))", "logfmt": "sum by (component) (count_over_time(%s | logfmt | status >= 500 [1h]))",
                     "access": 'sum by (status) (count_over_time(%s | pattern `<_> "<_>" <status> <_>` [1h]))'}[kind] % all_lines
            ms, result = ask(o, query, step=3600)
            print("  aggregate  %9.1f ms   %s" % (ms, query), flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
