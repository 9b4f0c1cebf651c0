"""One run of one example: its processes, its server, what it prints."""
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from runner import install
from runner.places import EXAMPLES, free_port
from runner.processes import Processes
from runner.shipper import Shipper, canonical
from runner.sleipnir import Sleipnir


def ended_by_signal(*_):
    raise KeyboardInterrupt


class Run:
    """`with Run(name, switches) as run:` has a server at `run.server`; at the end every process that it started is gone."""

    def __init__(self, name, switches):
        self.folder, self.switches = os.path.join(EXAMPLES, name), switches
        self.directory = tempfile.mkdtemp(prefix="sleipnir-example-")
        self.processes, self.services = Processes(self.directory), {}
        self.shipper = None

    def __enter__(self):
        signal.signal(signal.SIGTERM, ended_by_signal)
        try:
            self.server = Sleipnir(os.environ.get("SLEIPNIR_URL") or self._start_sleipnir())
            self.shipper = Shipper(self.server.url)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.shipper:
            self.shipper.stop()
        self.processes.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    def _start_sleipnir(self):
        binary = install.sleipnir()
        port = int(os.environ.get("SLEIPNIR_PORT") or free_port())
        self.processes.start("sleipnir", [binary, "serve", "--listen", "127.0.0.1:%d" % port, "--data-dir", os.path.join(self.directory, "data")])
        url = "http://127.0.0.1:%d" % port
        self.processes.wait_ready("sleipnir", url + "/ready")
        return url

    def kafka(self, *topics):
        """The address of a Kafka cluster: KAFKA_BROKERS, or one in memory with these topics that lives as long as this run."""
        program = lambda name: [install.python(), os.path.join(EXAMPLES, "runner", name)]  # noqa: E731
        if "KAFKA_BROKERS" in os.environ:
            install.command(*program("topics.py"), os.environ["KAFKA_BROKERS"], *topics)
            return os.environ["KAFKA_BROKERS"]
        port_file = os.path.join(self.directory, "brokers")
        self.processes.start("broker", [*program("broker.py"), port_file, *topics])
        return self._read_when_there("broker", port_file)

    def _read_when_there(self, name, path):
        for _ in range(1500):
            if os.path.exists(path):
                return open(path).read()
            if self.processes.running[name].poll() is not None:
                break
            time.sleep(0.02)
        raise RuntimeError("%s did not start\n%s" % (name, self.processes.error_text(name)))

    def start(self, service, command, labels=None, read=canonical, env=None):
        """Starts a service that listens on the port in its environment, and ships its lines. `ready()` waits for all. Returns its URL."""
        port = free_port()
        log = self.processes.start(service, command, {"PORT": str(port)} | (env or {}))
        if read:
            self.shipper.follow(log, {"service": service, "env": "example"} | (labels or {}), read)
        self.services[service] = "http://127.0.0.1:%d" % port
        return self.services[service]

    def job(self, name, command, labels, read, text):
        """Runs a program to its end with `text` as its input, and ships what it wrote."""
        log = self.log(name)
        with open(log, "wb") as out:
            subprocess.run([str(c) for c in command], input=text.encode(), stdout=out, check=True, timeout=120)
        self.shipper.follow(log, labels, read)
        self.shipper.flush()

    def ready(self):
        for service, url in self.services.items():
            self.processes.wait_ready(service, url + "/ready")

    def log(self, service):
        return os.path.join(self.directory, service + ".log")

    def say(self, *lines):
        print(*lines, sep="\n", flush=True)

    def tell(self, query, **parameters):
        """Prints a query and the lines that it finds; returns them."""
        self.say("", "  " + query, "")
        lines = self.server.lines(query, **parameters)
        self.say(*("    " + line for line in lines))
        return lines

    def wait_for(self, what, query, count, seconds=20, **parameters):
        """Until a query finds `count` lines; returns them."""
        end = time.monotonic() + seconds
        while True:
            self.shipper.flush()
            lines = self.server.lines(query, **parameters)
            if len(lines) >= count:
                return lines
            if time.monotonic() > end:
                sys.exit("%s: %d of %d lines after %d s by %s" % (what, len(lines), count, seconds, query))
            time.sleep(0.05)
