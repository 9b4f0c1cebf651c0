"""Installs clients from their registries into build/clients, once per pinned version."""
import functools
import hashlib
import os
import re
import shutil
import subprocess
import sys

from server import ROOT

TARGET = os.path.join(ROOT, "build", "clients")
PYTHON = os.path.join(TARGET, "python", "bin", "python")
LONGEST = 1800  # seconds for one installation
slow = False  # whether to build what takes minutes


class Missing(Exception):
    """What a client needs is not here: a tool chain, or the time to build it."""


def need(tool, least=None, version=("--version",)):
    """The path of a tool, of version `least` or newer, like (1, 75)."""
    path = shutil.which(tool)
    if path is None:
        raise Missing("no %s" % tool)
    if least:
        text = subprocess.run([path, *version], capture_output=True, text=True, timeout=60).stdout
        found = re.search(r"(\d+)\.(\d+)", text)
        if not found or tuple(map(int, found.groups())) < least:
            raise Missing("%s %s or newer is needed, not %s" % (tool, ".".join(map(str, least)), text.strip() or "this"))
    return path


def run(command, cwd=None, env=None, seconds=LONGEST):
    """Runs a command; its output if it fails."""
    done = subprocess.run(command, cwd=cwd, env=dict(os.environ, **(env or {})), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=seconds)
    text = done.stdout.decode("utf-8", "replace")
    assert done.returncode == 0, "%s: status %d\n%s" % (" ".join(command), done.returncode, text[-3000:])
    return text


def folder_of(client, manifests, build, key=""):
    """Copies a client's folder to build/clients and calls `build(copy)` there unless it was done with these manifests and this key; returns the copy."""
    source, copy = os.path.dirname(os.path.abspath(client)), os.path.join(TARGET, os.path.basename(os.path.dirname(os.path.abspath(client))))
    shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
    stamp, state = os.path.join(copy, ".installed"), hashlib.sha256(key.encode())
    for name in [os.path.abspath(__file__), *manifests]:
        with open(os.path.join(source, name), "rb") as f:
            state.update(f.read())
    if not (os.path.exists(stamp) and open(stamp).read() == state.hexdigest()):
        build(copy)
        with open(stamp, "w") as f:
            f.write(state.hexdigest())
    return copy


def npm(client):
    """Of package-lock.json; scripts run with `node` from the returned folder."""
    need("node", (18, 0)), need("npm")
    return folder_of(client, ["package-lock.json"], lambda copy: run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], copy))


def pip(client):
    """Of requirements.txt, into the one environment whose interpreter is PYTHON."""
    def build(copy):
        if not os.path.exists(PYTHON):
            run([sys.executable, "-m", "venv", os.path.dirname(os.path.dirname(PYTHON))])
        run([PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", os.path.join(copy, "requirements.txt")])
    return folder_of(client, ["requirements.txt"], build)


def go(client, least, package=".", minutes=0):
    """Of go.mod and go.sum; the program is `client` in the returned folder. `minutes`: what the first build takes."""
    def build(copy):
        if minutes and not slow:
            raise Missing("takes %d minutes to build, once: tests/clients/main.py --slow" % minutes)
        run([tool, "build", "-mod=readonly", "-trimpath", "-ldflags=-s -w", "-o", "client", package], copy)
    tool, folder = need("go", least, ("version",)), os.path.dirname(os.path.abspath(client))
    return folder_of(client, [f for f in ("go.mod", "go.sum", "main.go") if os.path.exists(os.path.join(folder, f))], build)


def cargo(client, least):
    """Of Cargo.lock; the program is target/debug/client in the returned folder."""
    tool = need("cargo", least)
    return folder_of(client, ["Cargo.toml", "Cargo.lock", "src/main.rs"], lambda copy: run([tool, "build", "-q", "--locked"], copy, {"CARGO_PROFILE_DEV_DEBUG": "0"}))


def maven(client):
    """Of pom.xml; the jars are in lib of the returned folder, and `java` runs a source file with them."""
    need("javac"), need("mvn")
    return folder_of(client, ["pom.xml"], lambda copy: run(["mvn", "-q", "-B", "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies", "-DoutputDirectory=lib"], copy))


@functools.cache
def apt_options():
    """For a state of apt's own beside the system's, brought up to date once a run; needs no root."""
    state = os.path.join(TARGET, "apt")
    for name in ("lists/partial", "archives/partial"):
        os.makedirs(os.path.join(state, name), exist_ok=True)
    options = ["-q", "-o", "Dir::State::Lists=%s/lists" % state, "-o", "Dir::Cache=%s" % state, "-o", "APT::Sandbox::User="]
    run([need("apt-get"), *options, "update"])
    return options


def debian(client, packages):
    """Unpacks packages with what they need beyond the installed ones into `root` of the returned folder: nothing of the system changes, which
    matters for syslog daemons, as Debian allows one of them."""
    def build(copy):
        archives, root = os.path.join(copy, "archives"), os.path.join(copy, "root")
        os.makedirs(archives, exist_ok=True)
        plan = run(["apt-get", *apt_options(), "-s", "--reinstall", "install", "--no-install-recommends", *packages])
        run(["apt-get", *apt_options(), "download", *sorted(set(re.findall(r"^Inst (\S+)", plan, re.M)))], archives)
        for name in os.listdir(archives):
            run(["dpkg", "-x", os.path.join(archives, name), root])
        shutil.rmtree(archives)
    need("dpkg")
    return folder_of(client, [], build, " ".join(packages))
