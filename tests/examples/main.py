#!/usr/bin/env python3
"""Runs the examples as a user does, with examples/run, and asks the server what the README files promise.

    main.py                     # all
    main.py checkout grafana    # these modules

Each module test_*.py names its EXAMPLE, which is played once before the tests of all modules that name it. SLEIPNIR_TEST_PORTS=first-last and
EXAMPLE_PORTS=first-last keep ports of servers and services in a range.
"""
import importlib
import itertools
import os
import sys
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "e2e")]

import server  # noqa: E402
from played import Played  # noqa: E402


def modules(words):
    for file in sorted(os.listdir(HERE)):
        if file.startswith("test_") and file.endswith(".py") and (not words or file[5:-3] in words):
            yield importlib.import_module(file[:-3])


def tests(module):
    return [("%s: %s" % (module.__name__[5:], name[5:].replace("_", " ")), f) for name, f in vars(module).items() if name.startswith("test_") and callable(f)]


def main():
    if not os.access(server.BINARY, os.X_OK):
        sys.exit("no binary at %s: build first" % server.BINARY)
    passed, failed = 0, 0
    for example, group in itertools.groupby(sorted(modules(sys.argv[1:]), key=lambda m: m.EXAMPLE), key=lambda m: m.EXAMPLE):
        began = time.monotonic()
        with Played(example) as played:
            print("      %s was played (%.1f s)" % (example, time.monotonic() - began), flush=True)
            for title, f in (t for module in group for t in tests(module)):
                try:
                    f(played)
                except Exception:  # a failing test must not stop the others
                    failed += 1
                    print("FAIL  %s\n%s" % (title, traceback.format_exc(limit=-3)), flush=True)
                else:
                    passed += 1
                    print("ok    " + title, flush=True)
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
