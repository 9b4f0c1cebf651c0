"""Child processes: started with their output in a file, waited for, stopped by their id."""
import contextlib
import os
import signal
import subprocess
import time

from runner.web import request


@contextlib.contextmanager
def undisturbed():
    """Holds SIGINT and SIGTERM back for a moment: no child may be started without being known, or stay because another signal came."""
    came = []
    before = {s: signal.signal(s, lambda number, _: came.append(number)) for s in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for s, handler in before.items():
            signal.signal(s, handler)
        for s in came[:1]:
            os.kill(os.getpid(), s)


class Processes:
    def __init__(self, logs):
        """`logs`: the folder for NAME.log (standard output, one line an event) and NAME.err."""
        self.logs, self.running = logs, {}

    def start(self, name, command, env=None):
        """Returns the path of the log."""
        log = os.path.join(self.logs, name + ".log")
        with open(log, "ab") as out, open(os.path.join(self.logs, name + ".err"), "ab") as err, undisturbed():
            # a session of its own: Ctrl-C in the terminal reaches the runner only, which then stops each in turn
            self.running[name] = subprocess.Popen([str(c) for c in command], stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                                                  env=dict(os.environ, PYTHONUNBUFFERED="1", **(env or {})), start_new_session=True)
        return log

    def wait_ready(self, name, url, seconds=60):
        """Until `url` answers 200."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.running[name].poll() is not None:
                raise RuntimeError("%s ended with %d\n%s" % (name, self.running[name].returncode, self.error_text(name)))
            try:
                if request("GET", url, timeout=5).status == 200:
                    return
            except OSError:
                pass
            time.sleep(0.02)
        raise RuntimeError("%s is not ready after %d s\n%s" % (name, seconds, self.error_text(name)))

    def error_text(self, name):
        with open(os.path.join(self.logs, name + ".err"), "rb") as f:
            return f.read()[-3000:].decode(errors="replace")

    def stop(self):
        """SIGTERM to all, then SIGKILL to those that stay."""
        with undisturbed():
            for p in self.running.values():
                if p.poll() is None:
                    p.send_signal(signal.SIGTERM)
            end = time.monotonic() + 5
            for p in self.running.values():
                try:
                    p.wait(max(0.1, end - time.monotonic()))
                except subprocess.TimeoutExpired:
                    p.kill()
                    p.wait()
            self.running = {}
