"""The checkout system's example: its lines go in, the journey comes out in time order."""
import os
import re
import subprocess
import sys

from server import ROOT, Server, equal

EXAMPLE = os.path.join(ROOT, "examples", "checkout")
HOPS = ["order-service 422 /api/orders/order-99/address", "order-service 200 /api/orders/order-99/address", "order-service 200 /api/orders/order-99/shipping",
        "order-service 502 /api/orders", "payment-service 504 /api/charges", "order-service 201 /api/orders", "payment-service 503 /api/charges", "payment-service 200 /api/charges",
        "notification-service  order.confirmed", "notification-service  order.confirmed"]


def run(script, *arguments):
    p = subprocess.run([sys.executable, os.path.join(EXAMPLE, script), *arguments], capture_output=True, text=True, timeout=120)
    equal(p.returncode, 0, script + " " + p.stderr)
    return p.stdout


def test_the_lines_depend_on_seed_and_start_only():
    once, again = (run("generate.py", "--print", "--start", "1772323200") for _ in range(2))
    equal(once, again)
    assert once != run("generate.py", "--print", "--start", "1772323200", "--seed", "2")


def test_the_journey_is_printed_in_time_order_over_http_and_kafka():
    with Server() as server:
        for _ in range(2):  # pushing the same lines again changes nothing
            assert "pushed" in run("generate.py", "--url", server.url)
            lines = run("journey.py", "--url", server.url, "--since", "2h").splitlines()
            times = [line.split(" ")[0] for line in lines]
            equal(times, sorted(times), "time order")
            equal([re.sub(r"^\S+ \[(.+?)\] (\S*) (\S+) \(\d+ms\)$", r"\1 \2 \3", line) for line in lines], HOPS)


def test_the_questions_of_its_page_find_something():
    with Server() as server:
        run("generate.py", "--url", server.url)
        with open(os.path.join(EXAMPLE, "README.md")) as f:
            queries = [line.strip() for line in f if re.match(r" {4}(\{|sum|quantile)", line)]
        assert len(queries) >= 7, queries
        for query in queries:
            answer = server.get("query_range", query=query, since="2h", step="300")
            equal(answer.status, 200, query + " " + answer.text[:200])
            assert answer.json["data"]["result"], query
