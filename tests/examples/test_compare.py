"""grep and LogQL give the same answers on the same lines, but where sorting by text is wrong."""
import json

from server import equal

EXAMPLE = "compare"


def test_it_runs_and_stops_everything(played):
    played.ran()


def test_both_give_the_same_answers(played):
    questions = played.report
    for name in ("one request", "a request that nobody made", "errors by service", "the slowest of all"):
        equal(questions[name]["logql"], questions[name]["grep"], name)
        equal(questions[name]["fresh"], questions[name]["grep"], name + ", before sealing")
    equal([json.loads(line)["service"] for line in questions["one request"]["logql"]], ["api", "auth", "catalog", "worker"])
    equal(questions["a request that nobody made"]["logql"], [])
    assert sum(int(line.split(":")[1]) for line in questions["errors by service"]["logql"]) > 2000


def test_over_midnight_only_one_of_them_is_in_order(played):
    q = played.report["a request over midnight"]
    equal([json.loads(line)["service"] for line in q["logql"]], ["api", "auth", "catalog", "worker"])
    equal([json.loads(line)["service"] for line in q["grep"]], ["catalog", "worker", "api", "auth"])


def test_both_were_timed(played):
    equal([name for name, q in played.report.items() if min(q["grep_ms"], q["logql_ms"], q["fresh_ms"]) <= 0], [])


def test_the_questions_of_its_page_find_something(played):
    played.check_readme(3)
