"""The same question by grep and sort over files and by LogQL, on the same lines, timed."""
import datetime
import os
import statistics
import subprocess
import time

from compare.lines import MIDNIGHT, NEEDLE, SERVICES, write
from runner.web import request

SWITCHES = ()
LINES = int(os.environ.get("COMPARE_LINES", "200000"))
ROUNDS = 3

APPS = '{app=~"api|auth|catalog|worker"}'
TRACE = APPS + ' | json | trace_id = "%s"'
GREP = 'grep -h "%s" services/*.log | sort -t\'T\' -k2'
ERRORS = "sum by (app) (count_over_time(" + APPS + ' | json | level="error" [25h]))'
GREP_ERRORS = 'grep -c \'"level":"error"\' services/*.log'
SLOW = "max(max_over_time(" + APPS + " | json | unwrap duration_ms [25h]) by (app))"
GREP_SLOW = """grep -ho '"duration_ms":[0-9]*' services/*.log | cut -d: -f2 | sort -n | tail -1"""


def play(run):
    folder = os.path.join(run.directory, "services")
    os.mkdir(folder)
    write(folder, datetime.datetime.now(datetime.timezone.utc), LINES)
    for app in SERVICES:
        run.shipper.follow(os.path.join(folder, app + ".log"), {"app": app})
    began = time.monotonic()
    run.shipper.flush()
    size = sum(os.path.getsize(os.path.join(folder, f)) for f in os.listdir(folder))
    run.say("%d lines, %.0f MB, in four files and in Sleipnir (shipped in %.1f s)" % (LINES, size / 1e6, time.monotonic() - began))

    window = {"start": time.time_ns() - 25 * 3600 * 10**9}
    log = lambda query: run.server.lines(query, **window)  # noqa: E731
    counts = lambda query: sorted("services/%s.log:%d" % (labels["app"], value) for labels, value in run.server.vector(query))  # noqa: E731
    number = lambda query: ["%d" % value for _, value in run.server.vector(query)]  # noqa: E731
    questions = {
        "one request": (GREP % NEEDLE, TRACE % NEEDLE, log),
        "a request that nobody made": (GREP % "abc-124", TRACE % "abc-124", log),
        "errors by service": (GREP_ERRORS, ERRORS, counts),
        "the slowest of all": (GREP_SLOW, SLOW, number),
        "a request over midnight": (GREP % MIDNIGHT, TRACE % MIDNIGHT, log),
    }
    report = {name: {"shell": shell, "query": query} for name, (shell, query, _) in questions.items()}
    for name, (shell, query, answer) in questions.items():
        report[name]["grep"], report[name]["grep_ms"] = timed(lambda: bash(run, shell))  # noqa: B023
        report[name]["fresh"], report[name]["fresh_ms"] = timed(lambda: answer(query))  # noqa: B023
    request("POST", run.server.url + "/flush", timeout=120)
    for name, (_, query, answer) in questions.items():
        report[name]["logql"], report[name]["logql_ms"] = timed(lambda: answer(query))  # noqa: B023
    show(run, report)
    return report


def show(run, report):
    for name, q in report.items():
        run.say("", name, "  %8.1f ms  %s" % (q["grep_ms"], q["shell"]), "  %8.1f ms  %s" % (q["logql_ms"], q["query"]),
                "  %8.1f ms  while the lines are only in the write-ahead log and memory" % q["fresh_ms"])
    run.say("", *report["one request"]["logql"], "", "sort -t'T' -k2 compares the time of day only: over midnight it puts the end before the beginning.")


def bash(run, command):
    done = subprocess.run(["bash", "-c", command], cwd=run.directory, capture_output=True, text=True, env=dict(os.environ, LC_ALL="C"), timeout=120)
    return done.stdout.splitlines()


def timed(f):
    """The last answer, and the median of some rounds in ms: both sides have their data in memory."""
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        answer = f()
        times.append((time.perf_counter() - began) * 1000)
    return answer, statistics.median(times)
