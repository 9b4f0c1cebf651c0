"""The constructs of LogQL (constructs.txt), and which cases and scripts exercise them."""
import glob
import json
import os
import re

HERE = os.path.dirname(os.path.abspath(__file__))
TABLE = os.path.join(HERE, "constructs.txt")
QUERY_PATHS = ("/query", "/query_range", "/format_query")

TOKEN = re.compile(r"""(?P<comment>\#[^\n]*|//[^\n]*|/\*.*?\*/)|(?P<interpreted>"(?:[^"\\\n]|\\.)*")|(?P<raw>`[^`]*`)|(?P<range>\[[^\]]*\])
    |(?P<bytes>[0-9][0-9.]*[kKMGTP]?i?B\b)|(?P<duration>[0-9][0-9.]*(?:ns|us|µs|μs|ms|[smhdwy])(?:[0-9.]+(?:ns|us|µs|μs|ms|[smhdwy]))*\b)
    |(?P<number>(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9]+)?)|(?P<flag>--[\w-]+)|(?P<id>[^\W\d]\w*)
    |(?P<operator>\|=|\|~|\|>|!=|!~|!>|=~|==|>=|<=)|(?P<other>\S)""", re.VERBOSE | re.DOTALL)
ACTION = re.compile(r"(?P<string>\"(?:[^\"\\]|\\.)*\"|`[^`]*`|'[^']*')|(?P<mark>\{\{-?|-?\}\})|(?P<name>\$?\.?[^\W\d][\w.]*)|(?P<number>[0-9][\w.]*)|(?P<other>:=|\S)")
TEMPLATE = re.compile(r"\{\{.*?\}\}", re.DOTALL)
WORDS = {"STR": r"[\"`]s", "NUM": r"n[^ ]*", "DUR": r"d[^ ]*", "BYTES": r"b[^ ]*", "ID": r"[^\W\d]\w*", "RANGE": r"\[\]", "\"…\"": r"\"s", "`…`": r"`s"}


def query_tokens(query):
    """The query's tokens between single blanks: `"s` and `` `s `` for strings, a letter before numbers, `[]` for ranges, `{=` for operators of a selector."""
    out, braces = [], False
    for token in TOKEN.finditer(query):
        kind, text = token.lastgroup, token.group()
        if kind == "comment":
            continue
        if text in "{}":
            braces = text == "{"
        if kind in ("interpreted", "raw"):
            text = text[0] + "s"
        elif kind == "range":
            text = "[]"
        elif kind in ("number", "duration", "bytes"):
            text = "@" + kind[0] + text
        elif braces and text in ("=", "!=", "=~", "!~"):
            text = "{" + text
        out.append(text)
    return " %s " % " ".join(out)


def action_tokens(template):
    out = []
    for action in TEMPLATE.finditer(template):
        for token in ACTION.finditer(action.group()):
            kind, text = token.lastgroup, token.group()
            out.append(text[0] + "s" if kind == "string" else "@n" + text if kind == "number" else text)
    return " %s " % " ".join(out)


def templates(query):
    """Strings of the query that hold an action, as the template parser sees them."""
    out = []
    for token in TOKEN.finditer(query):
        if token.lastgroup in ("interpreted", "raw") and "{{" in token.group():
            text = token.group()[1:-1]
            out.append(text if token.lastgroup == "raw" else re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t"}.get(m.group(1), m.group(1)), text))
    return out


def token_pattern(text, flags):
    pattern = " "
    for word in text.split():
        if word == "…":
            pattern += "(?:.* )?"
        else:
            word_pattern = WORDS.get(word) or re.escape(word)
            pattern += ("@" if word in ("NUM", "DUR", "BYTES") else "") + word_pattern + " "
    return re.compile(pattern, flags)


class Evidence:
    """A case or an eval: what was asked, what came back, and whether that was right."""

    def __init__(self, name, passed, queries=(), error="", answer="", params=(), paths=(), unit=""):
        self.name, self.passed, self.error, self.answer, self.params, self.paths, self.unit = name, passed, error, answer, set(params), tuple(paths), unit
        self.formats = any(path.endswith("/format_query") for path in paths)
        self.query = "\n".join(queries)
        self.queries = [query_tokens(q) for q in queries]
        self.raw = list(queries)
        self.traw = [t for q in queries for t in templates(q)]
        self.template = [action_tokens(t) for t in self.traw]


class Recogniser:
    def __init__(self, text):
        self.kind, _, pattern = text.strip().partition(": ")
        if self.kind in ("query", "template"):
            pattern = token_pattern(pattern, re.IGNORECASE if self.kind == "query" else 0)
        elif self.kind in ("raw", "traw"):
            pattern = re.compile(pattern)
        elif self.kind not in ("error", "answer", "param", "path", "case", "unit"):
            raise ValueError("unknown recogniser: " + text)
        self.pattern = pattern

    def holds(self, e):
        if self.kind == "query":
            return any(self.pattern.search(q) for q in e.queries)
        if self.kind in ("raw", "template", "traw"):
            return any(self.pattern.search(text) for text in getattr(e, self.kind))
        if self.kind == "param":
            return self.pattern in e.params
        if self.kind == "case":
            return e.name.startswith(self.pattern)
        if self.kind == "unit":
            return self.pattern in e.unit
        if self.kind == "path":
            return any(path.endswith("/" + self.pattern) for path in e.paths)
        return self.pattern in getattr(e, self.kind)


class Construct:
    def __init__(self, section, line):
        self.section, (self.name, recognisers, *more) = section, line.split("  ::  ")
        self.differs = more[0].removeprefix("differs: ") if more else ""
        self.alternatives = [[Recogniser(r) for r in one.split(" && ")] for one in recognisers.split(" || ")]

    def exercised_by(self, evidence):
        """A refusal exercises what names its text, formatting what names its path, and a unit test what it says: nothing else."""
        def exercises(one, e):
            kinds = {r.kind for r in one}
            asked = (not e.error or "error" in kinds) and (not e.formats or "path" in kinds or "error" in kinds) and (not e.unit or "unit" in kinds)
            return asked and all(r.holds(e) for r in one)

        return [e for e in evidence if any(exercises(one, e) for one in self.alternatives)]


def read_constructs():
    out, section = [], ""
    with open(TABLE, encoding="utf-8") as f:
        for number, line in enumerate(f, 1):
            line = line.rstrip("\n")
            if line.startswith("["):
                section = line.strip("[]")
            elif line and not line.startswith("#"):
                try:
                    out.append(Construct(section, line))
                except (ValueError, re.error) as error:
                    raise ValueError("%s:%d: %s" % (TABLE, number, error)) from error
    return out


def evidence_of_case(case, passed):
    queries, params, paths, errors, answers = [], set(), [], [], []
    for step in case.get("steps") or [case]:
        request, expect = step.get("request"), step.get("expect") or {}
        if not request:
            continue
        pairs = (request.get("params") or []) + (request.get("form") or [])
        path = request["path"].partition("?")[0]
        if path.endswith(QUERY_PATHS):
            queries += [value for name, value in pairs if name == "query"]
        params |= {name for name, _ in pairs} | {"%s=%s" % (name, value.lower()) for name, value in pairs}
        paths.append(path)
        errors.append(expect.get("text") or expect.get("text_re") or expect.get("json", {}).get("error", "") if expect.get("status", 200) >= 400 else "")
        answers.append(json.dumps(expect.get("json"), ensure_ascii=False) if "json" in expect else "")
    return Evidence(case["id"], passed, queries, "\n".join(errors), "\n".join(answers), params, paths)


def evidence_of_eval(script, e, passed):
    """`e` as tests/logql/script.py reads it."""
    params = {"start", "end"} if e.kind != "instant" else {"time"}
    if e.kind == "logs":
        params |= {"direction=" + e.direction, "limit"} | ({"interval"} if e.interval else set()) | ({"categorized"} if e.categorized else set())
    answer = json.dumps([e.series, e.entries], ensure_ascii=False) + ("scalar" if e.scalar is not None else "")
    path = "/query" if e.kind == "instant" else "/query_range"
    return Evidence("%s:%d" % (script, e.line), passed, [e.query], e.message or e.part if e.fails else "", answer, params, [path])


def evidence_of_unit_tests():
    """These run apart, in the same scripts/test."""
    folder = os.path.join(HERE, "..", "unit", "logql")
    for path in sorted(glob.glob(os.path.join(folder, "**", "*_test.cpp"), recursive=True)):
        with open(path, encoding="utf-8") as f:
            yield Evidence(os.path.relpath(path, folder), True, unit=f.read())
