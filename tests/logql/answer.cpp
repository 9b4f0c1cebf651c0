#include "logql/answer.h"

#include <algorithm>
#include <cmath>

#include "base/limits.h"
#include "base/number.h"
#include "base/text.h"
#include "logql/engine/engine.h"
#include "logql/syntax/parse.h"

namespace sleipnir::testing {

namespace {

using logql::MetricResult;

constexpr double kTolerance = 1e-9;

bool same(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  return a == b || std::abs(a - b) <= kTolerance * std::max({1.0, std::abs(a), std::abs(b)});
}

bool same(const std::vector<std::optional<double>>& a, const std::vector<std::optional<double>>& b) {
  auto equal = [](const auto& x, const auto& y) { return x.has_value() == y.has_value() && (!x || same(*x, *y)); };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), equal);
}

std::string text(const ExpectedSeries& series) {
  std::string out = series.labels.to_string();
  for (const auto& value : series.values) out += value ? " " + format_sample(*value) : " _";
  return out;
}

std::string text(const ExpectedEntry& e, Nanos base) {
  std::string out = e.labels.to_string() + " " + format_go_duration(e.entry.timestamp - base) + " " + go_quote(e.entry.line);
  if (!e.entry.metadata.empty()) out += " metadata " + e.entry.metadata.to_string();
  if (!e.parsed.empty()) out += " parsed " + e.parsed.to_string();
  return out;
}

/// Lines of one side that the other lacks: `-` expected, `+` answered.
std::string lines_apart(const std::vector<std::string>& want, const std::vector<std::string>& got) {
  std::string out;
  auto lacks = [](const auto& lines, const std::string& line) { return std::find(lines.begin(), lines.end(), line) == lines.end(); };
  for (const std::string& line : want)
    if (lacks(got, line)) out += "    - " + line + "\n";
  for (const std::string& line : got)
    if (lacks(want, line)) out += "    + " + line + "\n";
  if (!out.empty()) return out;
  out = "    the order or the number differs; answered:\n";
  for (const std::string& line : got) out += "      " + line + "\n";
  return out;
}

int status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kInvalid:
    case ErrorKind::kLimit: return 400;
    case ErrorKind::kTimeout: return 504;
    default: return 500;
  }
}

class Question {
 public:
  Question(const Eval& eval, Source& source, const std::string& tenant, Nanos base)
      : eval_(eval), base_(base), context_{&source, tenant, &limits_, nullptr, &stats_} {}

  std::string difference() {
    auto query = logql::parse(eval_.query, {.strict = eval_.language != Language::kAdditions});
    if (!query.ok()) return failed(query.error());
    if ((*query)->is_log() != (eval_.kind == Eval::Kind::kLogs)) return "    the query is of the other kind (logs or metric)\n";
    return (*query)->is_log() ? logs(**query) : metric(**query);
  }

 private:
  std::string failed(const Error& error) const {
    if (!eval_.failure) return "    failed: " + error.message + "\n";
    const ExpectedFailure& want = *eval_.failure;
    bool message = want.message.empty() || error.message == want.message;
    bool part = error.message.find(want.part) != std::string::npos;
    if (message && part && status_of(error.kind) == want.status) return "";
    return "    - " + std::to_string(want.status) + " " + (want.message.empty() ? "…" + want.part + "…" : want.message) + "\n    + " +
           std::to_string(status_of(error.kind)) + " " + error.message + "\n";
  }

  std::string logs(const logql::Expr& query) {
    logql::LogQuery parameters{eval_.start, eval_.end, eval_.direction, eval_.limit, eval_.interval};
    std::vector<ExpectedEntry> got;
    auto done = logql::run_logs(std::get<logql::LogExpr>(query.v), parameters, context_, [&](const logql::LogRow& row) {
      ExpectedEntry e{eval_.categorized ? *row.stream : *row.labels, {row.timestamp, std::string(row.line), {}}, {}};
      if (eval_.categorized) e.entry.metadata = *row.metadata, e.parsed = *row.parsed;
      got.push_back(std::move(e));
      return true;
    });
    if (!done.ok()) return failed(done.error());
    if (eval_.failure) return "    succeeded with " + std::to_string(got.size()) + " entries\n";
    std::vector<std::string> want_lines = by_stream(eval_.entries), got_lines = by_stream(std::move(got));
    return want_lines == got_lines ? "" : lines_apart(want_lines, got_lines);
  }

  std::vector<std::string> by_stream(std::vector<ExpectedEntry> entries) const {
    std::stable_sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.labels.to_string() < b.labels.to_string(); });
    std::vector<std::string> lines;
    for (const ExpectedEntry& e : entries) lines.push_back(text(e, base_));
    return lines;
  }

  std::string metric(const logql::Expr& query) {
    bool instant = eval_.kind == Eval::Kind::kInstant;
    auto result = logql::run_metric(query, {eval_.start, eval_.end, instant ? 0 : eval_.step}, context_);
    if (!result.ok()) return failed(result.error());
    if (eval_.failure) return "    succeeded with " + std::to_string(result->series.size()) + " series\n";
    if (auto at = off_step(*result)) return "    a sample at " + format_go_duration(*at - base_) + ", which is no step\n";
    if (instant && result->scalar != eval_.scalar.has_value()) return std::string("    the answer is ") + (result->scalar ? "a" : "no") + " scalar\n";
    std::vector<ExpectedSeries> want = eval_.series, got = on_steps(*result);
    if (eval_.scalar) want = {{{}, {eval_.scalar}}};
    if (!eval_.ordered) sort(want), sort(got);
    auto equal = [](const auto& a, const auto& b) { return a.labels == b.labels && same(a.values, b.values); };
    if (std::equal(want.begin(), want.end(), got.begin(), got.end(), equal)) return "";
    return lines_apart(texts(want), texts(got));
  }

  Nanos step() const { return eval_.kind == Eval::Kind::kInstant ? 1 : eval_.step; }

  std::optional<Nanos> off_step(const MetricResult& result) const {
    for (const logql::Series& series : result.series)
      for (const logql::Sample& s : series.samples)
        if (s.timestamp < eval_.start || s.timestamp > eval_.end || (s.timestamp - eval_.start) % step() != 0) return s.timestamp;
    return {};
  }

  std::vector<ExpectedSeries> on_steps(const MetricResult& result) const {
    size_t steps = static_cast<size_t>((eval_.end - eval_.start) / step()) + 1;
    std::vector<ExpectedSeries> out;
    for (const logql::Series& series : result.series) {
      ExpectedSeries e{series.labels, std::vector<std::optional<double>>(steps)};
      for (const logql::Sample& s : series.samples) e.values[static_cast<size_t>((s.timestamp - eval_.start) / step())] = s.value;
      out.push_back(std::move(e));
    }
    return out;
  }

  static void sort(std::vector<ExpectedSeries>& series) {
    std::sort(series.begin(), series.end(), [](const auto& a, const auto& b) { return a.labels < b.labels; });
  }
  static std::vector<std::string> texts(const std::vector<ExpectedSeries>& series) {
    std::vector<std::string> lines;
    for (const ExpectedSeries& s : series) lines.push_back(text(s));
    return lines;
  }

  const Eval& eval_;
  Nanos base_;
  Limits limits_ = Limits::loki();
  ScanStats stats_;
  logql::QueryContext context_;
};

}  // namespace

std::string difference(const Eval& eval, Source& source, const std::string& tenant, Nanos base) {
  return Question(eval, source, tenant, base).difference();
}

}  // namespace sleipnir::testing
