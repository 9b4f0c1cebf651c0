"""Runs tests one by one, says what became of each, and counts."""
import os
import sys
import time
import traceback

import server


def need_binary():
    if not os.access(server.BINARY, os.X_OK):
        sys.exit("no binary at %s: build first" % server.BINARY)


class Tally:
    def __init__(self):
        self.passed = self.failed = 0

    def run(self, title, test, *arguments, skips=()):
        """A failing test must not stop the others. Exceptions of the types `skips` go on to the caller and count for nothing."""
        began = time.monotonic()
        try:
            test(*arguments)
        except skips:
            raise
        except Exception:
            self.failed += 1
            print("FAIL  %s (%.1f s)\n%s" % (title, time.monotonic() - began, traceback.format_exc(limit=-3)), flush=True)
        else:
            self.passed += 1
            print("ok    %s (%.1f s)" % (title, time.monotonic() - began), flush=True)

    def finish(self):
        """The exit status."""
        print("%d passed, %d failed" % (self.passed, self.failed))
        return 1 if self.failed or not self.passed else 0
