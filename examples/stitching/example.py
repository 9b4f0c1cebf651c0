"""Three Flask services that log with loguru, without and with an id; and everything that bends the id on its way."""
import importlib

from stitching.cases import three_users
from stitching.system import System

SWITCHES = ("fan-out", "retries", "mesh", "tenants", "batch", "clocks", "pool", "boundary", "load")


def play(run):
    without, system = System(run, "without", propagate=False), System(run, "with", propagate=True, cases=run.switches)
    run.ready()
    report = {"without": three_users.without(without), "with": three_users.with_ids(system)}
    for switch in run.switches:
        report[switch] = importlib.import_module("stitching.cases." + switch.replace("-", "_")).play(system)
    return report
