#!/usr/bin/env python3
"""Benchmark lines that are not JSON: plain text, logfmt, access logs; beside zstd -3 and ripgrep on the same lines in a file.

  text.py --url http://127.0.0.1:3100 --pid PID --data-dir DIR [--loghub FOLDER] [--mb 1000] [--only loghub,logfmt,access] [--no-load]

The lines are made by textgen.cpp; `loghub` are the *_2k.log files of FOLDER (one stream a system), repeated with other numbers. For each kind it prints the raw size, what `zstd -3`
makes of it, what the server's directory grows by after POST /flush, how fast it took the pushes and with how much processor time, merges included; and the medians of three runs of
needles, a word that no line has, a substring count and an aggregate, with ripgrep's time for all but the last. Exit status 1 when the server's answer is not ripgrep's.
"""
import argparse, json, os, re, statistics, struct, subprocess, sys, tempfile, time, urllib.parse, urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
START_NS, SPAN_NS = 1772323200 * 10**9, 86400 * 10**9
ABSENT = "deadlock of a kind that is not here"
QUERIES = {  # a substring of many lines, and an aggregate
    "loghub": ("Accepted password", 'sum by (app) (count_over_time({kind="loghub"}[1h]))'),
    "logfmt": ("timeout while reading", 'sum by (component) (count_over_time({kind="logfmt"} | logfmt | status >= 500 [1h]))'),
    "access": ("POST /api/carts", 'sum by (status) (count_over_time({kind="access"} | pattern `<_> "<_>" <status> <_>` [1h]))'),
}


def textgen():
    source = os.path.join(HERE, "textgen.cpp")
    exe = os.path.join(tempfile.gettempdir(), "textgen-%d" % int(os.path.getmtime(source)))
    if not os.path.exists(exe):
        subprocess.run(["g++", "-O2", "-std=c++20", source, "-o", exe, "-lsnappy"], check=True)
    return exe


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


def cpu_seconds(pid):
    fields = open("/proc/%d/stat" % pid).read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def load(o, kind, raw):
    """Pushes lines and leaves them in the file `raw`; returns the seconds that the pushes took."""
    seconds = 0.0
    with subprocess.Popen([textgen(), kind, str(o.mb * 10**6), raw] + ([o.loghub] if o.loghub else []), stdout=subprocess.PIPE) as made:
        while head := made.stdout.read(4):
            body = made.stdout.read(struct.unpack("<I", head)[0])
            began = time.perf_counter()
            post(o.url + "/loki/api/v1/push", body, {"Content-Type": "application/x-protobuf"})
            seconds += time.perf_counter() - began
    return seconds


def needles(raw, size):
    """Of the lines in the middle of the file: the longest word with three digits, and the first number of five digits."""
    with open(raw, "rb") as f:
        f.seek(size // 2)
        f.readline()
        lines = [f.readline().decode("utf-8", "replace") for _ in range(5000)]
    words = re.findall(r"\w*\d{3,}\w*", lines[0]) or re.findall(r"\w+", lines[0])
    return max(words, key=len), next((n for line in lines for n in re.findall(r"(?<!\w)\d{5}(?!\w)", line)), None)


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


def searches(o, kind, raw):
    """How many answers were not ripgrep's."""
    wrong, all_lines = 0, '{kind="%s"}' % kind
    needle, number = needles(raw, os.path.getsize(raw))
    for name, word in (("needle", needle), ("number", number), ("absent", ABSENT), ("substring", QUERIES[kind][0])):
        if not word:
            continue
        grep_ms, want = grep(raw, word)
        quoted = json.dumps(word)
        ms, result = ask(o, "sum(count_over_time(%s |= %s [1d]))" % (all_lines, quoted), step=86400)
        got = sum(float(v[1]) for s in result for v in s["values"])
        line = "  %-10s %9.1f ms   rg %9.1f ms   %d lines   %s" % (name, ms, grep_ms, want, word)
        if name in ("needle", "number"):
            line += "   as lines %.1f ms" % ask(o, "%s |= %s" % (all_lines, quoted))[0]
        if got != want:
            wrong += 1
            line += "  WRONG: %d" % got
        print(line, flush=True)
    return wrong


def sizes(o, kind, raw):
    before, cpu = settled(o.data_dir), cpu_seconds(o.pid)
    seconds = load(o, kind, raw)
    post(o.url + "/flush")
    stored, total = settled(o.data_dir) - before, os.path.getsize(raw)
    cpu = cpu_seconds(o.pid) - cpu
    packed = int(subprocess.run("zstd -3 -q -c %s | wc -c" % raw, shell=True, capture_output=True, text=True).stdout)
    lines = int(subprocess.run(["wc", "-l", raw], capture_output=True, text=True).stdout.split()[0])
    print("%s: %d lines, raw %.0f MB, zstd -3 %.1f MB, stored %.1f MB (%.2f of zstd), pushed at %.0f MB/s, %.1f CPU s/GB" %
          (kind, lines, total / 1e6, packed / 1e6, stored / 1e6, stored / packed, total / 1e6 / seconds, cpu / (total / 1e9)), flush=True)


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--url", default="http://127.0.0.1:3100")
    a.add_argument("--pid", type=int, required=True, help="of the server")
    a.add_argument("--data-dir", required=True)
    a.add_argument("--loghub", help="folder of *_2k.log files")
    a.add_argument("--mb", type=int, default=1000)
    a.add_argument("--only", default="loghub,logfmt,access")
    a.add_argument("--raw", default=tempfile.gettempdir(), help="folder for the lines, a file a kind, which are left there")
    a.add_argument("--no-load", action="store_true", help="ask again what an earlier run has loaded")
    o = a.parse_args()
    wrong = 0
    for kind in o.only.split(","):
        if kind == "loghub" and not o.loghub:
            continue
        raw = os.path.join(o.raw, "textgen-%s.log" % kind)
        if not o.no_load:
            sizes(o, kind, raw)
        wrong += searches(o, kind, raw)
        ms, _ = ask(o, QUERIES[kind][1], step=3600)
        print("  aggregate  %9.1f ms   %s" % (ms, QUERIES[kind][1]), flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
