#!/usr/bin/env python3
"""Runs the tests of this folder against the real binary: every function test_* of every module test_*.py.

    main.py                     # all
    main.py durability sigterm  # those whose module or name contains a word
"""
import importlib
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from tally import Tally, need_binary  # noqa: E402


def tests(words):
    for file in sorted(os.listdir(HERE)):
        if file.startswith("test_") and file.endswith(".py"):
            module = importlib.import_module(file[:-3])
            for name, f in list(vars(module).items()):
                title = "%s: %s" % (file[5:-3], name[5:].replace("_", " "))
                if name.startswith("test_") and callable(f) and (not words or any(w in file or w in name for w in words)):
                    yield title, f


def main():
    need_binary()
    tally = Tally()
    for title, f in tests(sys.argv[1:]):
        tally.run(title, f)
    return tally.finish()


if __name__ == "__main__":
    sys.exit(main())
