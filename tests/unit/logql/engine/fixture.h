#pragma once
// A handful of entries, and answers as text.
#include <string>
#include <vector>

#include "base/number.h"
#include "logql/engine/engine.h"
#include "logql/syntax/parse.h"
#include "oracle/memory_source.h"

namespace sleipnir::logql {

class EngineFixture {
 public:
  static constexpr Nanos kZero = 1'700'000'000 * kSecond;

  /// An entry `seconds` after kZero.
  EngineFixture& add(LabelSet stream, double seconds, std::string line, LabelSet metadata = {}) {
    return add_at(std::move(stream), kZero + static_cast<Nanos>(seconds * 1e9), std::move(line), std::move(metadata));
  }
  EngineFixture& add_at(LabelSet stream, Nanos timestamp, std::string line, LabelSet metadata = {}) {
    entries.push_back({std::move(stream), {timestamp, std::move(line), std::move(metadata)}});
    return *this;
  }

  /// `{a="b"} 1; {…} 2`, the series of an instant query `seconds` after kZero; or the error's text.
  std::string instant(const std::string& query, double seconds) const {
    return metric(query, {.end = kZero + static_cast<Nanos>(seconds * 1e9)});
  }
  /// `{a="b"} 10=1 20=2; …`, times in seconds after kZero.
  std::string range(const std::string& query, double from, double to, double step) const {
    return metric(query, {kZero + static_cast<Nanos>(from * 1e9), kZero + static_cast<Nanos>(to * 1e9), static_cast<Nanos>(step * 1e9)});
  }
  /// `line; line` in the order of the answer.
  std::string lines(const std::string& query, LogQuery parameters = {}) const {
    if (parameters.end == 0) parameters.start = kZero, parameters.end = kZero + kDay;
    auto expr = parse(query, {.strict = false});
    if (!expr.ok()) return expr.error().message;
    testing::MemorySource source(entries, 2);
    std::string text;
    auto done = run_logs(std::get<LogExpr>((*expr)->v), parameters, context(source), [&](const LogRow& row) {
      text += (text.empty() ? "" : "; ") + std::string(row.line);
      return true;
    });
    return done.ok() ? text : done.error().message;
  }

  Result<MetricResult> run(const std::string& query, const MetricQuery& parameters) const {
    auto expr = parse(query, {.strict = false});
    if (!expr.ok()) return expr.error();
    testing::MemorySource source(entries, 2);
    return run_metric(**expr, parameters, context(source));
  }

  std::vector<testing::StoredEntry> entries;
  Limits limits = Limits::roomy();
  bool partial_series = false;

 private:
  QueryContext context(testing::MemorySource& source) const {
    return {.source = &source, .tenant = "t", .limits = &limits, .partial_series = partial_series};
  }
  std::string metric(const std::string& query, const MetricQuery& parameters) const {
    auto result = run(query, parameters);
    if (!result.ok()) return result.error().message;
    std::string text = result->scalar ? "scalar " : "";
    for (const Series& series : result->series) {
      if (&series != &result->series.front()) text += "; ";
      text += series.labels.to_string();
      for (const Sample& sample : series.samples) {
        text += ' ';
        if (parameters.step != 0) text += format_sample(static_cast<double>(sample.timestamp - kZero) / 1e9) + "=";
        text += format_sample(sample.value);
      }
    }
    return text;
  }
};

}  // namespace sleipnir::logql
