#!/usr/bin/env python3
"""Runs real clients against the real binary: what they send must come back, byte for byte.

    main.py                   # all
    main.py winston loki4j    # those whose folder or test name contains a word
    main.py --slow            # with those that take minutes to build, once
    main.py --list

Each folder with a client.py is one client. The clients are installed from their registries into build/clients, at pinned versions, and kept for the next run;
SLEIPNIR_TEST_PORTS=first-last keeps the server's ports in a range. What cannot be run here (no tool chain, slow to build) is listed at the end.
"""
import importlib.util
import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "e2e")]

import install  # noqa: E402
from tally import Tally, need_binary  # noqa: E402


def load(folder):
    """The client.py of a folder, as a module of its own."""
    spec = importlib.util.spec_from_file_location(folder + "_client", os.path.join(HERE, folder, "client.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def tests(words):
    for folder in sorted(os.listdir(HERE)):
        if os.path.exists(os.path.join(HERE, folder, "client.py")):
            module = load(folder)
            for name, f in list(vars(module).items()):
                if name.startswith("test_") and callable(f) and (not words or any(w in folder or w in name for w in words)):
                    yield folder, module, "%s: %s" % (folder, name[5:].replace("_", " ")), f


class Clients:
    """Installs a client before its first test; a failure counts for each of its tests."""

    def __init__(self):
        self.outcomes = {}

    def ready(self, folder, module):
        if folder not in self.outcomes:
            began = time.monotonic()
            try:
                self.outcomes[folder] = module.install(), None
            except Exception as e:
                self.outcomes[folder] = None, e
            print("      %s is installed (%.1f s)" % (folder, time.monotonic() - began), flush=True)
        client, failure = self.outcomes[folder]
        if failure:
            raise failure
        return client


def main():
    words = [w for w in sys.argv[1:] if w != "--slow"]
    install.slow = "--slow" in sys.argv
    if words == ["--list"]:
        print("\n".join(title for _, _, title, _ in tests([])))
        return 0
    need_binary()
    clients, tally, missing = Clients(), Tally(), {}
    for folder, module, title, f in tests(words):
        try:
            tally.run(title, lambda: f(clients.ready(folder, module)), skips=install.Missing)
        except install.Missing as e:
            missing.setdefault((folder, str(e)), []).append(title)
    for (folder, why), titles in missing.items():
        print("NOT RUN  %d of %s: %s" % (len(titles), folder, why))
    return tally.finish()


if __name__ == "__main__":
    sys.exit(main())
