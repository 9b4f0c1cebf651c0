#!/usr/bin/env python3
"""Runs the examples as a user does, with examples/run, and asks the server what the README files promise.

    main.py                     # all
    main.py checkout stitching  # these

Each module test_*.py names its EXAMPLE, which is played once before its tests. SLEIPNIR_TEST_PORTS=first-last and EXAMPLE_PORTS=first-last keep ports
of servers and services in a range.
"""
import importlib
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
    return [(name[5:].replace("_", " "), f) for name, f in vars(module).items() if name.startswith("test_") and callable(f)]


def main():
    if not os.access(server.BINARY, os.X_OK):
        sys.exit("no binary at %s: build first" % server.BINARY)
    passed, failed = 0, 0
    for module in modules(sys.argv[1:]):
        began = time.monotonic()
        with Played(module.EXAMPLE, getattr(module, "SWITCHES", ())) as played:
            print("      %s was played (%.1f s)" % (module.EXAMPLE, time.monotonic() - began), flush=True)
            for title, f in tests(module):
                title = "%s: %s" % (module.__name__[5:], title)
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
