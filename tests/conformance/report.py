"""docs/conformance.md: every construct of the language with what exercises it, and the corpus by feature."""
import itertools
import os

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs", "conformance.md")
HEAD = """# Conformance

Written by `tests/conformance/check.py --report docs/conformance.md` from what a run gives; a run whose page would be another fails. The corpus of recorded answers is described in
`tests/conformance/README.md`, the scripts in `tests/logql/README.md`, the constructs in `tests/conformance/constructs.txt`.

"""


class State:
    """Whether a construct works: something that passed exercises it, and nothing that failed does."""

    def __init__(self, construct, evidence, known):
        self.construct = construct
        exercising = construct.exercised_by(evidence)
        self.proved = any(e.passed for e in exercising)
        self.cases = sum(e.passed and not is_script(e) and not e.unit for e in exercising)
        self.script = min((e.name.partition(":")[0] for e in exercising if e.passed and (is_script(e) or e.unit)), default="")
        reasons = sorted({known.get(e.name, "a test fails") for e in exercising if not e.passed})
        self.difference = construct.differs or "; ".join(reasons)


def is_script(evidence):
    return ".logqltest:" in evidence.name


def cell(text):
    return text.replace("|", "\\|")


def rows(states):
    for section, of_section in itertools.groupby(states, key=lambda s: s.construct.section):
        yield "\n### %s\n\n| construct | state | recorded cases | scripts |\n|---|---|---|---|\n" % cell(section)
        for s in of_section:
            state = "nothing exercises it" if not s.proved else "differs: " + s.difference if s.difference else "works"
            yield "| %s | %s | %s | %s |\n" % (cell(s.construct.name), state, s.cases or "", s.script)


def features(results):
    table = {}
    for r in results.values():
        row = table.setdefault(r["tags"][0], [0, 0])
        row[r["result"] != "ok"] += 1
    return table


def page(states, results, known):
    met = sum(r["result"] == "ok" for r in results.values())
    differing = sum(bool(s.difference) for s in states)
    out = [HEAD, "%d of %d recorded answers of a real Loki are met, and %d constructs of the language work" % (met, len(results), sum(s.proved for s in states) - differing)]
    out += [", %d %s.\n" % (differing, "differs" if differing == 1 else "differ") if differing else ".\n", "\n## Constructs\n\nScripts: the first one that exercises the construct.\n", *rows(states)]
    out.append("\n## Recorded answers by feature\n\n| feature | met | not met |\n|---|---|---|\n")
    out += ["| %s | %d | %s |\n" % (feature, row[0], row[1] or "") for feature, row in sorted(features(results).items())]
    if known:
        out.append("\n## Not met\n\n| case | why |\n|---|---|\n")
        out += ["| %s | %s |\n" % row for row in sorted(known.items())]
    return "".join(out)
