#!/usr/bin/env python3
"""Runs the corpus against two fresh strict servers, and tests/logql's scripts against a strict server and one with additions.

A case that fails and is not listed in known_failures.txt fails the run; so does a listed case that passes, and a listed id that no case has:
the list can only become shorter. A script's eval that fails fails the run, and so does a construct of constructs.txt that nothing exercises, and
docs/conformance.md when it is not what --report would write. The last line is `N passed, M failed`, known failures being neither.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "e2e"), os.path.join(HERE, "..", "logql")]

import constructs  # noqa: E402
import report  # noqa: E402
import run_http  # noqa: E402
from run import read_cases  # noqa: E402
from server import Server  # noqa: E402

KNOWN = os.path.join(HERE, "known_failures.txt")
HEAD = """# Cases of the corpus that fail, one a line: the id, then the reason. A case that passes must be taken off this list.
"""


def known_failures():
    """id -> reason"""
    out = {}
    with open(KNOWN) as f:
        for line in f:
            line = line.strip()
            if line and not line.startswith("#"):
                case, _, reason = line.partition(" ")
                out[case] = reason.strip()
    return out


def run_corpus(arguments):
    """The results of all cases by id, from two servers started for them."""
    flags = ["--strict", "--config"]
    with tempfile.TemporaryDirectory() as d, Server(*flags, os.path.join(HERE, "server.yaml")) as main, Server(*flags, os.path.join(HERE, "server-auth.yaml")) as auth:
        path = os.path.join(d, "results.json")
        command = [sys.executable, os.path.join(HERE, "run.py"), "--url", main.url, "--auth-url", auth.url, "--json", path, *arguments]
        p = subprocess.run(command, stdout=subprocess.PIPE, text=True)
        print(p.stdout.rpartition("\n")[0].rpartition("\n")[0])  # all but its own count
        for server in (main, auth):
            if not server.alive():
                sys.exit("a server did not survive the corpus:\n%s" % server.log_tail())
        if not os.path.exists(path):
            sys.exit("the runner ended with %d and no results" % p.returncode)
        with open(path) as f:
            return {c["id"]: c for c in json.load(f)["cases"]}


def write_known(results, before):
    with open(KNOWN, "w") as f:
        f.write(HEAD)
        for case, r in sorted(results.items()):
            if r["result"] != "ok":
                f.write("%s  %s\n" % (case, before.get(case) or ("error text differs" if r["result"] == "message" else "answer differs")))


def run_scripts():
    """Evidence of every eval of tests/logql: {(script, line): Evidence}, right where it was right on each server that knows its language."""
    evidence = {}

    def take(script, e, passed):
        known = evidence.setdefault((script, e.line), constructs.evidence_of_eval(script, e, passed))
        known.passed &= passed

    os.environ["TZ"] = "UTC"  # templates print times in the server's zone
    for strict in (True, False):
        with Server(*(["--strict"] if strict else []), "--config", os.path.join(run_http.FOLDER, "server.yaml")) as server:
            run = run_http.Run(run_http.Server(server.url), run_http.last_hour(), strict, take)
            for path in run_http.scripts_in(run_http.FOLDER):
                run.script(path)
            if not server.alive():
                sys.exit("a server did not survive the scripts:\n%s" % server.log_tail())
            print("scripts%s: %d passed, %d failed, %d skipped" % (" (strict)" if strict else "", run.passed, run.failed, run.skipped))
            yield run.failed, evidence


def page_problems(page):
    with open(report.PAGE, encoding="utf-8") as f:
        if f.read() == page:
            return []
    return ["docs/conformance.md is not what this run gives: tests/conformance/check.py --report docs/conformance.md"]


def prove_constructs(results, known, evals, path):
    """Problems of constructs.txt and of the page that shows it; writes the page to `path` if there is one."""
    cases = [case for case in read_cases(os.path.join(HERE, "cases")) if case["id"] in results and not case["tags"][0].startswith("api.delete")]  # not about the language
    evidence = [constructs.evidence_of_case(case, results[case["id"]]["result"] == "ok") for case in cases]
    evidence += list(evals.values()) + list(constructs.evidence_of_unit_tests())
    states = [report.State(c, evidence, known) for c in constructs.read_constructs()]
    page = report.page(states, results, known)
    if path:
        with open(path, "w", encoding="utf-8") as f:
            f.write(page)
    problems = ["%s: %s: no case and no script that passes exercises it" % (s.construct.section, s.construct.name) for s in states if not s.proved]
    return problems + page_problems(page)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--write", action="store_true", help="write known_failures.txt from this run, keeping the reasons that stand there")
    p.add_argument("--json", help="copy the results there")
    p.add_argument("--report", help="write the results there as a page")
    o, rest = p.parse_known_args()

    known, results = known_failures(), run_corpus(rest)
    if o.json:
        with open(o.json, "w") as f:
            json.dump(results, f, indent=1)
    if o.write:
        write_known(results, known)
        known = known_failures()
    bad = {case for case, r in results.items() if r["result"] != "ok"}
    whole = not rest  # with --only or --case the other listed ids are not to be judged
    problems = ["%s fails: %s" % (c, "; ".join(results[c]["diffs"])[:400]) for c in sorted(bad - known.keys())]
    problems += ["%s passes: remove it from known_failures.txt" % c for c in sorted(known.keys() & results.keys() - bad)]
    problems += ["%s is listed in known_failures.txt, but there is no such case" % c for c in sorted(known.keys() - results.keys()) if whole]
    scripts = evals = 0
    if whole:
        for failed, evidence in run_scripts():
            problems += ["scripts: %d evals failed" % failed] if failed else []
            evals = evidence
        scripts = sum(e.passed for e in evals.values())
        problems += prove_constructs(results, known, evals, o.report)
    for problem in problems:
        print(problem)
    print("%d known failures" % len(bad & known.keys()))
    print("%d passed, %d failed" % (len(results.keys() - bad - known.keys()) + scripts, len(problems)))
    return 1 if problems or not results else 0


if __name__ == "__main__":
    sys.exit(main())
