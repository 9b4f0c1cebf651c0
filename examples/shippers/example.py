"""Loggers of four languages that push to Sleipnir by themselves: the same three lines of one request from each."""
import os
import shutil

from runner import install
from runner.places import BUILD

SWITCHES = ("pino", "loguru", "slog", "log4j")
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
REQUEST = '{env="shippers"} |= "%s"' % TRACE


def play(run):
    for name in run.switches:
        command, folder = {"pino": pino, "loguru": loguru, "slog": slog, "log4j": log4j}[name](run.folder)
        install.command(*command, cwd=folder, env={"SLEIPNIR_URL": run.server.url, "TRACE_ID": TRACE})
    run.wait_for("all lines", REQUEST, 3 * len(run.switches))
    run.say("One request, as %d loggers tell it:" % len(run.switches))
    run.tell(REQUEST)
    return {"trace_id": TRACE}


def copy(folder, name):
    """Of a program's folder, in build/examples, where its packages are installed."""
    target = os.path.join(BUILD, "shippers", name)
    shutil.copytree(os.path.join(folder, name), target, dirs_exist_ok=True)
    return target


def pino(folder):
    if not shutil.which("npm"):
        install.packages("nodejs", "npm")
    target = copy(folder, "pino")
    if not os.path.exists(os.path.join(target, "node_modules", "pino-loki")):
        install.command("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=target)
    return ["node", "app.cjs"], target


def loguru(folder):
    return [install.python(), "app.py"], os.path.join(folder, "loguru")


def slog(folder):
    return [install.go(os.path.join("shippers", "slog"))], folder


def log4j(folder):
    if not (shutil.which("mvn") and shutil.which("javac")):
        install.packages("maven", "default-jdk-headless")
    target = copy(folder, "log4j")
    if not os.path.exists(os.path.join(target, "lib")):
        install.command("mvn", "-q", "-B", "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies", "-DoutputDirectory=lib", cwd=target)
    return ["java", "-cp", "lib/*:.", "-Dlog4j2.configurationFile=log4j2.xml", "Shop.java"], target
