// What no query may do, whatever its nesting or repetition: exhaust the stack, outlast its deadline, take more memory than its budget.
#include <doctest/doctest.h>

#include <chrono>
#include <ctime>
#include <thread>

#include "base/regex.h"
#include "unit/logql/engine/endless_source.h"
#include "unit/logql/engine/fixture.h"

namespace sleipnir::logql {

namespace {

const std::string kTimedOut =
    "request timed out, decrease the duration of the request or add more label matchers (prefer exact match over regex match) to reduce the amount "
    "of data processed";

using Clock = std::chrono::steady_clock;

std::string times(size_t count, std::string_view text) {
  std::string out;
  while (count-- > 0) out += text;
  return out;
}

/// Parses and runs a query over five minutes of the source; the error's text, or "" if there is none.
std::string run(const std::string& query, testing::EndlessSource& source, const Cancellation* cancellation, uint64_t memory = kQueryMemory) {
  const Limits limits = Limits::roomy();
  MemoryBudget budget(memory);
  const QueryContext context{.source = &source, .tenant = "t", .limits = &limits, .cancellation = cancellation, .memory = &budget};
  RegexPatience patience(cancellation);
  auto expr = parse(query, {.strict = false});
  if (!expr.ok()) return expr.error().message;
  (void)print(**expr);
  (void)print_pretty(**expr);
  Result<void> done;
  if (auto* log = std::get_if<LogExpr>(&(*expr)->v)) {
    done = run_logs(*log, {.start = 0, .end = 300 * kSecond, .limit = 0}, context, [](const LogRow&) { return true; });
  } else if (auto result = run_metric(**expr, {10 * kSecond, 300 * kSecond, 10 * kSecond}, context); !result.ok()) {
    done = result.error();
  }
  return done.ok() ? "" : done.error().message;
}

/// So late may a query end: what runs at its deadline is one expression that is compiled, or some thousand rows. Sanitizers take several times as long.
#ifdef SLEIPNIR_SANITIZED
constexpr double kMostLate = 0.5;
#else
constexpr double kMostLate = 0.1;
#endif

/// Used by this process. Lateness is told by it, since others may hold the processor.
double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

}  // namespace

TEST_CASE("no nesting and no repetition exhausts the stack") {
  auto f = [](const std::string& query) {
    CAPTURE(query.substr(0, 60));
    testing::EndlessSource none(0);
    Cancellation soon;
    soon.deadline = Clock::now() + std::chrono::seconds(2);
    (void)run(query, none, &soon);
    CHECK(query.size() > 10'000);
  };
  const std::string select = R"({app="a"})", count = "count_over_time(" + select + "[1m])";
  f(times(100'000, "("));
  f(times(50'000, "(") + "1" + times(50'000, ")"));
  f(times(100'000, "-") + "1");
  f(times(100'000, "!"));
  f(times(20'000, "sum("));
  f("1" + times(60'000, "+1"));
  f("1" + times(60'000, "^1"));
  f("vector(1)" + times(11'000, "+vector(1)"));
  f("vector(1)" + times(11'000, "^vector(1)"));
  f(times(400, "(" + count + "+") + count + times(400, ")"));
  f(times(400, "label_replace(") + count + times(400, R"-(,"a","b","c","d"))-"));
  f("sum by (" + times(60'000, "a,") + "a)(" + count + ")");
  f(select + times(10'000, " | json"));
  f(select + times(10'000, R"( |= "a")"));
  f(select + R"( |= "a")" + times(15'000, R"( or "a")"));
  f(select + times(10'000, R"( | a="b")"));
  f(select + " | a=1" + times(15'000, " or a=1"));
  f(select + " | a=1" + times(400, " or (a=1") + times(400, ")") + times(10'000, " "));
  f("count_over_time(" + select + " | json | a=1" + times(450, " or a=1") + times(10'000, " ") + "[1m])");
  f(select + " | " + times(50'000, "("));
  f(times(4'000, select + " | a in ("));
  f(select + " |~ `" + times(50'000, "(") + "a" + times(50'000, ")") + "`");
  f(select + " |~ `a" + times(50'000, "|a") + "`");
  f(select + " |~ `a" + times(100'000, "*") + "`");
  f(select + " |~ `" + times(900, "(?:") + "a" + times(900, ")*") + times(10'000, "a") + "`");
  f(select + " | line_format `" + times(9'000, "{{if .a}}") + "`");
  f(select + " | line_format `{{" + times(50'000, "(") + "`");
  f(select + " | line_format `{{.a" + times(15'000, " | trim") + "}}`");
  f(select + " | json a=`b" + times(30'000, "[0]") + "`");
  f(select + " | pattern `" + times(20'000, "<_> ") + "<a>`");
}

TEST_CASE("a query ends with its deadline") {
  const std::string select = R"({app="a"})", by_value = "count_over_time(" + select + " | json [10s])";
  // The source never ends unless `rows` says so; then the deadline falls into every part of the evaluation in turn.
  auto f = [](const std::string& query, uint64_t rows = testing::EndlessSource::kEndless) {
    CAPTURE(query.substr(0, 100));
    double whole = 0.1;
    if (rows != testing::EndlessSource::kEndless) {
      testing::EndlessSource source(rows);
      const double begin = processor_seconds();
      CHECK(run(query, source, nullptr) == "");
      whole = processor_seconds() - begin;
    }
    for (const double part : {0.3, 0.6, 0.9}) {
      testing::EndlessSource source(rows);
      Cancellation cancellation;
      cancellation.deadline = Clock::now() + std::chrono::microseconds(static_cast<int64_t>(whole * part * 1e6));
      double at_deadline = 0;
      std::jthread watch([&] {
        std::this_thread::sleep_until(cancellation.deadline);
        at_deadline = processor_seconds();
      });
      const std::string error = run(query, source, &cancellation);
      const double at_end = processor_seconds();
      watch.join();
      const bool endless = rows == testing::EndlessSource::kEndless;
      CHECK(at_end - at_deadline < (endless ? 5 * kMostLate : std::max(kMostLate, whole / 2)));  // a slow machine shows in `whole`
      if (endless) CHECK(error == kTimedOut);
      else CHECK((error == kTimedOut || error == ""));
    }
  };
  // Rows without end.
  f(select + R"( |= "nothing")");
  f(select + R"( |~ "n.*o.*t.*h.*i.*n.*g$")");
  f(select + R"( | json | v="nothing")");
  f(select + R"( | line_format "{{ .v | upper | lower | repeat 50 | b64enc }}" |= "nothing")");
  f(select + R"( | v in ({app="a"} |= "nothing" | v))");
  f("sum(count_over_time(" + select + "[10s]))");
  f("quantile_over_time(0.9, " + select + " | json | unwrap n [1m]) by (app)");
  f("rate_counter(" + select + " | json | drop v | unwrap n [1m])");
  // Expressions without end.
  f("{" + times(3'000, R"(app=~"\\pL{60}",)") + R"(app="a"})");
  f(select + times(3'000, R"( |~ "\\pL{60}")"));
  f(select + R"( |~ "a")" + times(3'000, R"( or "\\pL{60}")"));
  f(select + " | json" + times(3'000, R"( | a=~"\\pL{60}")"));
  // Work after the last row.
  f("sum without (x) (" + by_value + ")", 20'000);
  f("topk by (a) (3, " + by_value + ")", 20'000);
  f("sort(" + by_value + ")", 20'000);
  f("label_replace(" + by_value + R"-(, "a", "$1", "v", "(.*)(.*)(.*)"))-", 20'000);
  f(by_value + " + " + by_value, 15'000);
  f(by_value + " unless on (n) " + by_value, 15'000);
  f("quantile_over_time(0.9, " + select + " | json | unwrap n [1m]) by (app)", 60'000);
  f("stddev_over_time(" + select + " | json | unwrap n [1m]) by (v)", 20'000);
  f(times(30, by_value + " + ") + "0", 1'000);
}

TEST_CASE("a query over its memory fails alone, with a text that says the limit") {
  auto f = [](const std::string& query, uint64_t megabytes, bool fits) {
    CAPTURE(query);
    testing::EndlessSource source(50'000);
    const std::string error = run(query, source, nullptr, megabytes << 20);
    if (fits) CHECK(error == "");
    else CHECK(error.starts_with("the query needs more memory than it may use (limit: " + std::to_string(megabytes) + " MB)"));
  };
  f(R"(count_over_time({app="a"} | json [10s]))", 4, false);
  f(R"(count_over_time({app="a"} | json [10s]))", 400, true);
  f(R"(sum by (v) (count_over_time({app="a"} | json [10s])))", 2, false);
  f(R"(sum by (v) (count_over_time({app="a"} | json [10s])))", 400, true);
  f(R"(sum(count_over_time({app="a"} | json | v=~".*" [10s])))", 2, true);
  f(R"(quantile_over_time(0.5, {app="a"} | json | unwrap n [10s]) by (app))", 1, false);
  f(R"(quantile_over_time(0.5, {app="a"} | json | unwrap n [10s]) by (app))", 10, true);
  f(R"({app="a"} | json | distinct v)", 1, false);
  f(R"({app="a"} | json | distinct n)", 1, true);
  f(R"({app="a"} |= "nothing" | context 0, 1000000)", 5, false);
  f(R"({app="a"} |= "nothing" | context 0, 10)", 5, true);
}

TEST_CASE("budgets of queries share one") {
  MemoryBudget all(100);
  MemoryBudget first(60, &all), second(60, &all);
  auto f = [](Result<void> held, std::string_view want) { CHECK((held.ok() ? "yes" : held.error().kind == ErrorKind::kLimit ? "never" : "later") == want); };
  {
    BudgetShare a(&first), b(&second), none;
    f(a.set(60), "yes");
    f(a.add(1), "never");
    f(a.set(50), "yes");
    f(b.set(50), "yes");
    f(b.add(1), "later");
    CHECK(all.used() == 101);
    f(a.set(49), "yes");
    f(b.add(0), "yes");
    f(none.set(1000), "yes");
  }
  CHECK(all.used() == 0);
  CHECK(first.used() == 0);
}

}  // namespace sleipnir::logql
