#include "oracle/compare.h"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "base/number.h"
#include "logql/syntax/parse.h"

namespace sleipnir::testing {

using namespace logql;

namespace {

bool close(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  if (std::isinf(a) || std::isinf(b)) return a == b;
  return std::abs(a - b) <= 1e-9 * std::max({1.0, std::abs(a), std::abs(b)});
}

bool same(const Series& a, const Series& b) {
  return a.labels == b.labels && std::equal(a.samples.begin(), a.samples.end(), b.samples.begin(), b.samples.end(), [](const Sample& x, const Sample& y) {
           return x.timestamp == y.timestamp && close(x.value, y.value);
         });
}

std::string show(const MetricResult& r) {
  std::ostringstream out;
  if (r.scalar) out << "scalar ";
  for (const Series& s : r.series) {
    out << "  " << s.labels.to_string();
    for (const Sample& p : s.samples) out << ' ' << p.timestamp / kMillisecond << '=' << format_sample(p.value);
    out << '\n';
  }
  return out.str();
}

std::string show(const std::vector<OracleRow>& rows) {
  std::string out;
  for (const OracleRow& r : rows) out += "  " + std::to_string(r.timestamp) + " " + r.labels.to_string() + " " + r.line + "\n";
  return out;
}

bool orders_by_value(const Expr& expr) {
  auto* a = std::get_if<VectorAggregation>(&expr.v);
  return a && (a->op == VectorOp::kSort || a->op == VectorOp::kSortDesc);
}

/// NaN before all numbers.
bool before(double a, double b) { return std::isnan(a) ? !std::isnan(b) : a < b; }

/// In the order of an answer; samples of equal labels and time, which label_replace can make, by value.
void normalise(MetricResult& r, bool keep_order) {
  auto less = [](const Sample& a, const Sample& b) { return a.timestamp != b.timestamp ? a.timestamp < b.timestamp : before(a.value, b.value); };
  for (Series& s : r.series) std::sort(s.samples.begin(), s.samples.end(), less);
  if (keep_order) return;
  std::sort(r.series.begin(), r.series.end(), [&](const Series& a, const Series& b) {
    if (a.labels != b.labels) return a.labels < b.labels;
    return std::lexicographical_compare(a.samples.begin(), a.samples.end(), b.samples.begin(), b.samples.end(), less);
  });
}

using Kind = Comparison::Kind;

Comparison compare_errors(const Error& error, const std::set<ErrorKind>& expected) {
  if (expected.contains(error.kind)) return {Kind::kFailed, {}};
  return {Kind::kFailed, "engine fails: " + error.message + (expected.empty() ? ", oracle does not\n" : ", oracle with another kind\n")};
}

}  // namespace

Comparison compare_logs(const Oracle& oracle, Source& source, const std::string& query, const LogQuery& parameters) {
  auto expr = parse(query, {.strict = false});
  if (!expr.ok()) return {Kind::kUnparsable, expr.error().message};
  const auto& log = std::get<LogExpr>((*expr)->v);
  auto want = oracle.logs(log, parameters);
  Limits limits = Limits::roomy();
  QueryContext context{.source = &source, .tenant = "t", .limits = &limits};
  std::vector<OracleRow> got;
  auto done = run_logs(log, parameters, context, [&](const LogRow& row) {
    got.push_back({row.timestamp, std::string(row.line), *row.labels});
    return true;
  });
  if (!done.ok()) return compare_errors(done.error(), want.errors);
  if (!want.errors.empty()) return {Kind::kAnswered, "oracle fails, engine does not\n"};
  bool equal = std::equal(got.begin(), got.end(), want.rows.begin(), want.rows.end(), [](const OracleRow& a, const OracleRow& b) {
    return a.timestamp == b.timestamp && a.line == b.line && a.labels == b.labels;
  });
  return {got.empty() ? Kind::kEmpty : Kind::kAnswered, equal ? "" : "engine:\n" + show(got) + "oracle:\n" + show(want.rows)};
}

Comparison compare_metric(const Oracle& oracle, Source& source, const std::string& query, const MetricQuery& parameters) {
  auto expr = parse(query, {.strict = false});
  if (!expr.ok()) return {Kind::kUnparsable, expr.error().message};
  auto want = oracle.metric(**expr, parameters);
  Limits limits = Limits::roomy();
  limits.max_query_series = 0;
  QueryContext context{.source = &source, .tenant = "t", .limits = &limits};
  auto got = run_metric(**expr, parameters, context);
  if (!got.ok()) return compare_errors(got.error(), want.errors);
  if (!want.errors.empty()) return {Kind::kAnswered, "oracle fails, engine does not:\n" + show(*got)};
  bool keep_order = parameters.step == 0 && orders_by_value(**expr);
  normalise(*got, keep_order);
  normalise(want.result, keep_order);
  bool equal = got->scalar == want.result.scalar &&
               std::equal(got->series.begin(), got->series.end(), want.result.series.begin(), want.result.series.end(), same);
  return {got->series.empty() ? Kind::kEmpty : Kind::kAnswered, equal ? "" : "engine:\n" + show(*got) + "oracle:\n" + show(want.result)};
}

}  // namespace sleipnir::testing
