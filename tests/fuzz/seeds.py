#!/usr/bin/env python3
"""Writes seeds for the fuzz targets, taken from the conformance corpus: seeds.py FOLDER"""
import base64
import glob
import gzip
import hashlib
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
CORPUS = os.path.join(HERE, "..", "conformance")


def requests():
    for path in sorted(glob.glob(os.path.join(CORPUS, "cases", "*.json"))):
        with open(path, encoding="utf-8") as f:
            for case in json.load(f)["cases"]:
                for step in case.get("steps") or [case]:
                    if "request" in step:
                        yield step["request"]


def lines(most):
    for path in sorted(glob.glob(os.path.join(CORPUS, "data", "*.jsonl"))):
        with open(path, encoding="utf-8") as f:
            records = [json.loads(line) for line in f]
        for record in records[:: max(1, len(records) // most)]:
            yield record["line"].encode()


def unsnapped(body):
    """Contents of a snappy block made of literals only, None for any other."""
    i = 0
    while i < len(body) and body[i] & 0x80:
        i += 1
    i, out = i + 1, b""
    while i < len(body):
        tag = body[i]
        if tag & 3:
            return None
        n, i = tag >> 2, i + 1
        if n >= 60:
            extra = n - 59
            n, i = int.from_bytes(body[i:i + extra], "little"), i + extra
        out, i = out + body[i:i + n + 1], i + n + 1
    return out


def push_payload(line):
    """A write-ahead log's payload: one stream with the line and a copy of it (storage/format.md)."""
    def text(b):
        return bytes([len(b) & 127 | 128, len(b) >> 7]) + b
    labels = b"\1" + text(b"app") + text(b"a")
    return b"\1" + labels + b"\2" + (b"\2" + text(line) + b"\0") + (b"\4" + text(line) + b"\1" + text(b"k") + text(b"v"))


def seeds():
    """(target, bytes)"""
    some = list(lines(60))
    for chunk in range(0, 256, 3):
        yield "part", bytes([chunk, 5, 0, 1])
    queries = sorted({v for r in requests() for k, v in (r.get("params") or []) + (r.get("form") or []) if k in ("query", "match[]") and len(v) < 2000})
    for i, line in enumerate(some):
        yield "lines", bytes([i % 16]) + line[:4000]
        yield "wal", push_payload(line[:200])
    for i, query in enumerate(queries):
        yield "logql", query.encode()
        yield "pipeline", query.encode() + b"\0" + some[i % len(some)][:1000]
        for template in re.findall(r'(?:line_format|label_format \w+=)\s*[`"](.*?)[`"]', query):
            yield "template", template.encode() + b"\0" + some[i % len(some)][:200]
        for selector in re.findall(r"\{[^{}]*\}", query):
            yield "labels", selector.encode()
        for word in re.findall(r'"((?:[^"\\]|\\.)*)"|\[([^\]]*)\]', query):
            yield "text", "".join(word).encode()
    for path in glob.glob(os.path.join(HERE, "..", "..", "examples", "*", "rules", "*", "*.yaml")):
        with open(path, "rb") as f:
            yield "rules", f.read()
    for r in requests():
        if r["method"] != "POST" or "push" not in r["path"] and "otlp" not in r["path"]:
            continue
        body = base64.b64decode(r["body_b64"]) if "body_b64" in r else r.get("body", "").encode()
        if len(body) > 4000:
            continue
        if "otlp" in r["path"]:
            yield "otlp", body
        elif "body_b64" in r:
            yield "body", b"\x03" + body
            message = unsnapped(body)
            if message:
                yield "push_protobuf", message
        else:
            yield "push_json", body
            yield "body", b"\x00" + gzip.compress(body, mtime=0)
            yield "body", b"\x01" + gzip.compress(body, mtime=0)[10:-8]


def main():
    folder = sys.argv[1]
    count = 0
    for target, data in seeds():
        os.makedirs(os.path.join(folder, target), exist_ok=True)
        with open(os.path.join(folder, target, hashlib.sha1(data).hexdigest()), "wb") as f:
            f.write(data)
        count += 1
    print("%d seeds in %s" % (count, folder))


if __name__ == "__main__":
    main()
