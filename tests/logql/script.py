"""Test scripts as data, for run_http.py: README.md describes the language, script.cpp is the other reader."""
import datetime
import re

NAMES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\", '"': '"'}
UNITS = {"ns": 1, "us": 10**3, "µs": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}
DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ns|us|µs|ms|s|m|h)")
HOUR = UNITS["h"]


class ScriptError(Exception):
    pass


def duration(text):
    sign, rest = (-1, text[1:]) if text.startswith("-") else (1, text)
    parts = DURATION.findall(rest)
    if rest != "0" and "".join(n + u for n, u in parts) != rest:
        raise ScriptError("no duration: " + text)
    total = 0
    for number, unit in parts:
        whole, _, fraction = number.partition(".")
        total += int(whole) * UNITS[unit] + (int(fraction) * UNITS[unit] // 10 ** len(fraction) if fraction else 0)
    return sign * total


class Line:
    """The words of one line, read from left to right."""

    def __init__(self, text, base):
        self.rest, self.base = text, base

    def at_end(self):
        self.rest = self.rest.lstrip(" \t")
        return not self.rest

    def next_is(self, prefix):
        return not self.at_end() and self.rest.startswith(prefix)

    def take(self, word):
        if not self.next_is(word) or self.rest[len(word):len(word) + 1] not in ("", " ", "\t"):
            return False
        self.rest = self.rest[len(word):]
        return True

    def word(self):
        if self.at_end():
            raise ScriptError("line ends too early")
        word = re.split(r"[ \t]", self.rest, maxsplit=1)[0]
        self.rest = self.rest[len(word):]
        return word

    def all(self):
        self.at_end()
        taken, self.rest = self.rest, ""
        return taken

    def expect(self, mark):
        if not self.next_is(mark):
            raise ScriptError("expected %s before: %s" % (mark, self.rest))
        self.rest = self.rest[len(mark):]

    def time_of(self, text):
        if "T" not in text:
            return self.base + duration(text)
        seconds, _, fraction = text.rstrip("Z").partition(".")
        at = datetime.datetime.fromisoformat(seconds).replace(tzinfo=datetime.timezone.utc)
        return int(at.timestamp()) * 10**9 + int((fraction or "0").ljust(9, "0"))

    def time(self):
        return self.time_of(self.word())

    def times(self):
        text, _, step = self.word().partition("/")
        start, dots, end = text.partition("..")
        return self.time_of(start), self.time_of(end if dots else start), duration(step) if step else 0

    def string(self):
        if self.next_is("`"):
            text, mark, self.rest = self.rest[1:].partition("`")
            if not mark:
                raise ScriptError("raw string does not end")
            return text
        self.expect('"')
        text = ""
        while True:
            c, self.rest = self.rest[:1], self.rest[1:]
            if c == '"':
                return text
            if not c:
                raise ScriptError("string does not end")
            text += self.escape() if c == "\\" else c

    def escape(self):
        c, self.rest = self.rest[:1], self.rest[1:]
        if c in NAMES:
            return NAMES[c]
        if c not in ("x", "u"):
            raise ScriptError("unknown escape \\" + c)
        digits = 2 if c == "x" else 4
        code, self.rest = int(self.rest[:digits], 16), self.rest[digits:]
        return chr(code)

    def labels(self):
        labels = {}
        self.expect("{")
        while not self.next_is("}"):
            if labels:
                self.expect(",")
            self.at_end()
            name = self.rest[:self.rest.index("=")]
            self.rest = self.rest[len(name):]
            self.expect("=")
            labels[name] = self.string()
        self.expect("}")
        return labels

    def values(self):
        text, x, count = self.word().rpartition("x")
        if not x:
            text, count = count, "1"
        return [None if text == "_" else float(text)] * int(count)


class Eval:
    def __init__(self, line, language, fails):
        self.line, self.language, self.fails = line, language, fails
        self.kind, self.start, self.end, self.step = "", 0, 0, 0
        self.direction, self.limit, self.interval = "forward", 1000, 0
        self.ordered = self.categorized = self.empty = False
        self.query = self.message = self.part = ""
        self.status, self.scalar = 400, None
        self.series = []   # (labels, values)
        self.entries = []  # (labels, time, line, metadata, parsed)


def read_script(path, base):
    """Commands in order: ("clear",), ("load", [(labels, time, line, metadata)…]), ("eval", Eval)."""
    reader = Reader(base)
    with open(path, encoding="utf-8", newline="\n") as file:
        for number, text in enumerate(file.read().split("\n"), 1):
            try:
                reader.add(number, text)
            except (ScriptError, ValueError) as error:
                raise ScriptError("line %d: %s" % (number, error)) from error
    return reader.commands


class Reader:
    def __init__(self, base):
        self.base, self.commands, self.language, self.stream = base, [], "common", None

    def add(self, number, text):
        line = Line(text, self.base)
        if line.at_end() or line.next_is("#"):
            return
        if text[0] not in " \t":
            self.stream = None
            self.begin(number, line)
        elif self.commands[-1][0] == "load":
            self.entry(self.commands[-1][1], line)
        else:
            self.expectation(self.commands[-1][1], line)

    def begin(self, number, line):
        word = line.word()
        if word in ("common", "strict", "additions"):
            self.language = word
        elif word in ("clear", "load"):
            self.commands.append((word, []))
        elif word in ("eval", "eval_fail"):
            self.commands.append(("eval", self.eval(Eval(number, self.language, word == "eval_fail"), line)))
        else:
            raise ScriptError("unknown command: " + word)

    @staticmethod
    def eval(e, line):
        e.kind = line.word()
        if e.kind == "instant":
            line.expect("at")
            e.start = e.end = line.time()
        else:
            e.start, e.end, e.step = line.times()
        while True:
            if line.take("forward"):
                e.direction = "forward"
            elif line.take("backward"):
                e.direction = "backward"
            elif line.take("limit"):
                e.limit = int(line.word())
            elif line.take("interval"):
                e.interval = duration(line.word())
            elif line.take("ordered"):
                e.ordered = True
            elif line.take("categorized"):
                e.categorized = True
            else:
                e.query = line.all()
                return e

    def entry(self, entries, line):
        if line.next_is("{"):
            self.stream = line.labels()
        if line.at_end():
            return
        start, end, step = line.times()
        text = line.string()
        metadata = {} if line.at_end() else line.labels()
        for i, t in enumerate(range(start, end + 1, step or 1) if step else [start]):
            number = {n: v.replace("%i", str(i)) for n, v in metadata.items()} if step else metadata
            entries.append((self.stream, t, text.replace("%i", str(i)) if step else text, number))

    def expectation(self, e, line):
        if line.take(">"):
            e.query += "\n" + line.all()
        elif e.fails:
            self.failure(e, line)
        elif line.take("empty"):
            e.empty = True
        elif line.take("scalar"):
            e.scalar = line.values()[0]
        elif e.kind == "logs":
            self.expected_entry(e, line)
        else:
            labels, values = line.labels(), []
            while not line.at_end():
                values += line.values()
            e.series.append((labels, values))

    def expected_entry(self, e, line):
        if line.next_is("{"):
            self.stream = line.labels()
        if line.at_end():
            return
        time, text = line.time(), line.string()
        metadata = line.labels() if line.take("metadata") else {}
        parsed = line.labels() if line.take("parsed") else {}
        e.entries.append((self.stream, time, text, metadata, parsed))

    @staticmethod
    def failure(e, line):
        word = line.word()
        text = line.string() if line.next_is("`") or line.next_is('"') else line.all()
        if word == "message:":
            e.message = text
        elif word == "contains:":
            e.part = text
        elif word == "status:":
            e.status = int(text)
        else:
            raise ScriptError("expected message:, contains: or status:")
