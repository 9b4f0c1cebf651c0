#!/usr/bin/env python3
"""Runs the tests of this folder against the real binary: every function test_* of every module test_*.py.

    main.py                     # all
    main.py durability sigterm  # those whose module or name contains a word
"""
import importlib
import os
import sys
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import server  # noqa: E402


def tests(words):
    for file in sorted(os.listdir(HERE)):
        if file.startswith("test_") and file.endswith(".py"):
            module = importlib.import_module(file[:-3])
            for name, f in list(vars(module).items()):
                title = "%s: %s" % (file[5:-3], name[5:].replace("_", " "))
                if name.startswith("test_") and callable(f) and (not words or any(w in file or w in name for w in words)):
                    yield title, f


def main():
    if not os.access(server.BINARY, os.X_OK):
        sys.exit("no binary at %s: build first" % server.BINARY)
    passed, failed = 0, 0
    for title, f in tests(sys.argv[1:]):
        began = time.monotonic()
        try:
            f()
        except Exception:  # a failing test must not stop the others
            failed += 1
            print("FAIL  %s (%.1f s)\n%s" % (title, time.monotonic() - began, traceback.format_exc(limit=-3)), flush=True)
        else:
            passed += 1
            print("ok    %s (%.1f s)" % (title, time.monotonic() - began), flush=True)
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
