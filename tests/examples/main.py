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

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "e2e")]

from played import Played  # noqa: E402
from tally import Tally, need_binary  # noqa: E402


def modules(words):
    for file in sorted(os.listdir(HERE)):
        if file.startswith("test_") and file.endswith(".py") and (not words or file[5:-3] in words):
            yield importlib.import_module(file[:-3])


def tests(module):
    return [("%s: %s" % (module.__name__[5:], name[5:].replace("_", " ")), f) for name, f in vars(module).items() if name.startswith("test_") and callable(f)]


def main():
    need_binary()
    tally = Tally()
    for example, group in itertools.groupby(sorted(modules(sys.argv[1:]), key=lambda m: m.EXAMPLE), key=lambda m: m.EXAMPLE):
        began = time.monotonic()
        with Played(example) as played:
            print("      %s was played (%.1f s)" % (example, time.monotonic() - began), flush=True)
            for title, f in (t for module in group for t in tests(module)):
                tally.run(title, f, played)
    return tally.finish()


if __name__ == "__main__":
    sys.exit(main())
