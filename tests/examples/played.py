"""One example, played by examples/run against a server that stays for the questions."""
import json
import os
import re
import secrets
import signal
import subprocess
import sys

from server import ROOT, Server, equal

EXAMPLES = os.path.join(ROOT, "examples")
PYTHON = os.path.join(ROOT, "build", "examples", "python", "bin", "python")  # of the examples, which install it
LONGEST = 900  # seconds, with downloads and a build


def yaml(*path):
    """What a YAML file holds. The tests themselves need the standard library only, so the examples' interpreter reads it."""
    program = "import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))"
    return json.loads(subprocess.run([PYTHON, "-c", program, os.path.join(*path)], capture_output=True, text=True, check=True, timeout=60).stdout)


def start(name, mark, *options, **env):
    """examples/run, whose services inherit a mark in the environment."""
    return subprocess.Popen([sys.executable, os.path.join(EXAMPLES, "run"), *options, name], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            env=dict(os.environ, EXAMPLE_RUN=mark, **env),
                            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))  # who runs the tests may ignore it


def marked(mark):
    """The ids of all processes with this mark."""
    def has_mark(pid):
        try:
            with open("/proc/%s/environ" % pid, "rb") as f:
                return b"EXAMPLE_RUN=" + mark.encode() in f.read()
        except OSError:
            return False
    return [pid for pid in os.listdir("/proc") if pid.isdigit() and has_mark(pid)]


class Played:
    def __init__(self, name):
        self.name, self.server = name, Server()
        self.mark = secrets.token_hex(8)

    def __enter__(self):
        self.server.start()
        report = os.path.join(self.server.directory, "report.json")
        p = start(self.name, self.mark, "--report", report, SLEIPNIR_URL=self.server.url)
        try:
            self.output, self.errors = p.communicate(timeout=LONGEST)
        except subprocess.TimeoutExpired:
            p.terminate()  # it stops what it started
            self.output, self.errors = p.communicate()
        self.status = p.returncode
        self.report = json.load(open(report)) if os.path.exists(report) else None
        return self

    def __exit__(self, *_):
        self.server.__exit__()

    def ran(self):
        """It ended well and left no process behind."""
        equal(self.status, 0, "status (%s)" % self.errors[-3000:])
        equal(marked(self.mark), [], "processes left")

    def lines(self, query, **parameters):
        """In the order of time."""
        return self.server.lines(query, **{"start": "0", "end": str(2**62)} | parameters)

    def records(self, query, **parameters):
        return [json.loads(line) for line in self.lines(query, **parameters)]

    def vector(self, query, *labels):
        """The values of the labels (of all that there are, if none is named) -> the number."""
        answer = self.server.get("query", query=query)
        equal(answer.status, 200, query + " " + answer.text[:300])
        return {tuple(s["metric"][n] for n in labels or s["metric"]): float(s["value"][1]) for s in answer.json["data"]["result"]}

    def readme_queries(self):
        """The queries of its page: indented by four, beginning like LogQL."""
        with open(os.path.join(EXAMPLES, self.name, "README.md")) as f:
            return [line.strip() for line in f if re.match(r" {4}(\{\w|(sum|quantile_over_time|count|avg|max|topk)\b)", line)]

    def check_readme(self, least):
        queries = self.readme_queries()
        assert len(queries) >= least, queries
        for query in queries:
            answer = self.server.get("query_range", query=query, since="2h", step="60")
            equal(answer.status, 200, query + " " + answer.text[:200])
            assert answer.json["data"]["result"], "nothing for " + query
