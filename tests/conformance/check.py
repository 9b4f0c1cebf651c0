#!/usr/bin/env python3
"""Runs the corpus against two fresh strict servers and holds the result against known_failures.txt.

A case that fails and is not listed fails the run; so does a listed case that passes, and a listed id that no case has:
the list can only become shorter. The last line is `N passed, M failed`, known failures being neither.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))

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


def write_report(path, results, known):
    """docs/conformance.md: what passes by feature, and what does not with its reason."""
    features = {}
    for r in results.values():
        row = features.setdefault(r["tags"][0], [0, 0])
        row[r["result"] != "ok"] += 1
    passed, failed = (sum(row[i] for row in features.values()) for i in (0, 1))
    with open(path, "w") as f:
        f.write("# Conformance\n\nWritten by `tests/conformance/check.py --report docs/conformance.md`; the corpus is described in `tests/conformance/README.md`.\n\n")
        f.write("%d of %d recorded answers are met.\n\n| feature | met | not met |\n|---|---|---|\n" % (passed, passed + failed))
        for feature, row in sorted(features.items()):
            f.write("| %s | %d | %s |\n" % (feature, row[0], row[1] or ""))
        if known:
            f.write("\n## Not met\n\n| case | why |\n|---|---|\n")
            for case, reason in sorted(known.items()):
                f.write("| %s | %s |\n" % (case, reason))


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
    if o.report:
        write_report(o.report, results, known)
    bad = {case for case, r in results.items() if r["result"] != "ok"}
    whole = not rest  # with --only or --case the other listed ids are not to be judged
    problems = ["%s fails: %s" % (c, "; ".join(results[c]["diffs"])[:400]) for c in sorted(bad - known.keys())]
    problems += ["%s passes: remove it from known_failures.txt" % c for c in sorted(known.keys() & results.keys() - bad)]
    problems += ["%s is listed in known_failures.txt, but there is no such case" % c for c in sorted(known.keys() - results.keys()) if whole]
    for problem in problems:
        print(problem)
    print("%d known failures" % len(bad & known.keys()))
    print("%d passed, %d failed" % (len(results.keys() - bad - known.keys()), len(problems)))
    return 1 if problems or not results else 0


if __name__ == "__main__":
    sys.exit(main())
