// Recorded answers of the conformance corpus, asked of the engine without HTTP. SLEIPNIR_CASES names one file of cases,
// SLEIPNIR_CASE a single case, which is shown in full.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

#include "api/ingest/enrich_service_name.h"
#include "api/ingest/level.h"
#include "base/number.h"
#include "base/text.h"
#include "logql/engine/engine.h"
#include "logql/syntax/parse.h"
#include "oracle/memory_source.h"

namespace sleipnir::testing {

namespace {

using nlohmann::json;
using logql::MetricResult;
using logql::Series;

LabelSet label_set(const json& object) {
  std::vector<Label> labels;
  for (const auto& [name, value] : object.items()) labels.push_back({name, value.get<std::string>()});
  return LabelSet(std::move(labels));
}

std::string level_of(const StoredEntry& e, const api::LevelDetector& levels) {
  if (auto* level = e.entry.metadata.find(api::kDetectedLevel)) {
    auto known = api::normalize_level(*level);
    return known.empty() ? *level : std::string(known);
  }
  return levels.detect(levels.from_labels(e.stream), {e.entry.metadata.begin(), e.entry.metadata.end()}, e.entry.line);
}

std::vector<StoredEntry> load(const std::filesystem::path& data) {
  Limits limits;
  api::LevelDetector levels(limits.log_level_fields);
  std::vector<StoredEntry> entries;
  std::vector<std::filesystem::path> files;
  for (const auto& file : std::filesystem::directory_iterator(data)) files.push_back(file.path());
  std::sort(files.begin(), files.end());
  for (const auto& file : files) {
    std::ifstream in(file);
    for (std::string text; std::getline(in, text);) {
      json record = json::parse(text);
      StoredEntry e{label_set(record["labels"]), {std::stoll(record["ts"].get<std::string>()), record["line"].get<std::string>(), {}}};
      if (record.contains("meta"))
        for (const Label& l : label_set(record["meta"])) e.entry.metadata.set(sanitize_label_name(l.name), l.value);
      std::string level = level_of(e, levels);
      api::add_service_name(e.stream, limits.discover_service_name);
      e.entry.metadata.set(api::kDetectedLevel, level);
      auto same = [&](const StoredEntry& o) {
        return o.entry.timestamp == e.entry.timestamp && o.stream == e.stream && o.entry.line == e.entry.line && o.entry.metadata == e.entry.metadata;
      };
      size_t near = entries.size() - std::min<size_t>(entries.size(), 200);
      if (std::none_of(entries.begin() + static_cast<ptrdiff_t>(near), entries.end(), same)) entries.push_back(std::move(e));
    }
  }
  return entries;
}

struct Request {
  std::string path, query, direction = "backward";
  Nanos start = 0, end = 0, step = 0, interval = 0;
  uint64_t limit = 100;
};

std::optional<Nanos> time_of(const std::string& text) {
  auto integer = parse_go_int(text);
  if (integer.ok()) return text.size() <= 10 ? *integer * kSecond : *integer;
  auto number = parse_go_float(text);
  if (number.ok()) return static_cast<Nanos>(std::llround(*number * 1000)) * kMillisecond;
  auto rfc = parse_rfc3339(text);
  if (rfc.ok()) return *rfc;
  return std::nullopt;
}

std::optional<Nanos> duration_of(const std::string& text) {
  auto number = parse_go_float(text);
  if (number.ok()) return static_cast<Nanos>(std::llround(*number * 1e9));
  auto d = parse_prometheus_duration(text);
  if (d.ok()) return *d;
  return std::nullopt;
}

/// nullopt for requests whose parameters are not ours to interpret.
std::optional<Request> request_of(const json& request) {
  Request r;
  r.path = request.value("path", "");
  std::optional<Nanos> start, end, step, interval = 0;
  for (const auto& pair : request.value("params", json::array())) {
    std::string name = pair[0], value = pair[1];
    if (name == "query") r.query = value;
    else if (name == "start") start = time_of(value);
    else if (name == "end" || name == "time") end = time_of(value);
    else if (name == "step" && !(step = duration_of(value))) return std::nullopt;
    else if (name == "step") continue;
    else if (name == "interval") interval = duration_of(value);
    else if (name == "limit") r.limit = static_cast<uint64_t>(std::max<int64_t>(0, parse_go_int(value).ok() ? *parse_go_int(value) : 0));
    else if (name == "direction") r.direction = to_lower(value);
    else return std::nullopt;
  }
  if (!end || !interval || r.limit == 0 || r.limit > 5000) return std::nullopt;
  bool instant = r.path == "/loki/api/v1/query";
  if (start && *end - *start > 721 * kHour) return std::nullopt;
  if (!instant && (r.path != "/loki/api/v1/query_range" || !start || *start >= *end)) return std::nullopt;
  r.end = *end;
  r.start = instant ? *end : *start;
  r.interval = *interval;
  if (!instant) {
    r.step = step.value_or(std::max<Nanos>(1, (r.end - r.start) / kSecond / 250) * kSecond);
    if (r.step <= 0) return std::nullopt;
  }
  return r;
}

bool close(double a, double b, double tolerance) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  return a == b || std::abs(a - b) <= tolerance * std::max(std::abs(a), std::abs(b));
}

using Matrix = std::map<std::string, std::vector<std::pair<double, double>>>;

Matrix matrix_of(const json& data) {
  Matrix matrix;
  auto add = [&](const std::string& name, const json& sample) {
    matrix[name].push_back({sample[0].get<double>(), *parse_go_float(sample[1].get<std::string>())});
  };
  if (data["resultType"] == "scalar") {
    add("", data["result"]);
    return matrix;
  }
  for (const auto& series : data["result"]) {
    std::string name = label_set(series["metric"]).to_string();
    if (series.contains("value")) add(name, series["value"]);
    else for (const auto& sample : series["values"]) add(name, sample);
  }
  return matrix;
}

Matrix matrix_of(const MetricResult& result, bool instant) {
  Matrix matrix;
  bool scalar = result.scalar && instant;
  for (const Series& series : result.series)
    for (const auto& sample : series.samples)
      matrix[scalar ? "" : series.labels.to_string()].push_back({static_cast<double>(sample.timestamp) / (scalar ? 1e6 : 1e9), sample.value});
  return matrix;
}

std::string show(const Matrix& matrix) {
  std::string text;
  for (const auto& [name, samples] : matrix) {
    text += "  " + name;
    for (auto [t, v] : samples) text += " " + format_sample(t) + "=" + format_sample(v);
    text += "\n";
  }
  return text;
}

bool same(const Matrix& a, const Matrix& b, double tolerance, bool values_only) {
  auto same_samples = [&](const auto& x, const auto& y) {
    return std::equal(x.begin(), x.end(), y.begin(), y.end(), [&](auto p, auto q) { return std::abs(p.first - q.first) < 5e-4 && close(p.second, q.second, tolerance); });
  };
  if (!values_only)
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](const auto& x, const auto& y) { return x.first == y.first && same_samples(x.second, y.second); });
  auto flat = [](const Matrix& m) {
    std::vector<std::pair<double, double>> all;
    for (const auto& [name, samples] : m) all.insert(all.end(), samples.begin(), samples.end());
    std::sort(all.begin(), all.end());
    return all;
  };
  return same_samples(flat(a), flat(b));
}

using Streams = std::map<std::string, std::vector<std::pair<Nanos, std::string>>>;

/// A line as JSON can carry it: invalid bytes are U+FFFD.
std::string as_json_text(std::string_view line) {
  std::string text;
  for (size_t i = 0; i < line.size();) {
    char32_t rune;
    i += decode_utf8(line, i, rune);
    append_utf8(text, rune);
  }
  return text;
}

std::string show(const Streams& streams) {
  std::string text;
  for (const auto& [name, rows] : streams) {
    text += "  " + name + "\n";
    for (const auto& [t, line] : rows) text += "    " + std::to_string(t) + " " + line + "\n";
  }
  return text;
}

class Corpus {
 public:
  explicit Corpus(const std::filesystem::path& folder) : source_(load(folder / "data"), 1000) {
    limits_.shard_aggregations = {"approx_topk"};
    limits_.max_query_series = 500;
  }

  /// Empty when the answer is the recorded one; nullopt for cases that are not about the engine.
  std::optional<std::string> run(const json& c) {
    if (!c.contains("expect") || c.contains("mutates") || c.contains("server") || !c["request"].value("headers", json::object()).empty()) return std::nullopt;
    auto request = request_of(c["request"]);
    if (!request) return std::nullopt;
    const json& expect = c["expect"];
    auto expr = logql::parse(request->query);
    if (!expr.ok()) return error_differs(expr.error(), expect);
    bool instant = request->step == 0;
    if ((*expr)->is_log()) return instant ? std::nullopt : run_log(std::get<logql::LogExpr>((*expr)->v), *request, c);
    logql::MetricQuery q{request->start, request->end, request->step};
    if (!instant) {
      q.start -= q.start % q.step;
      q.end += (q.step - q.end % q.step) % q.step;
      if ((q.end - q.start) / q.step > 11000) return std::nullopt;
    }
    auto result = logql::run_metric(**expr, q, context());
    if (!result.ok()) return error_differs(result.error(), expect);
    if (expect["status"] != 200) return "no error, but " + expect.dump();
    auto compare = c.value("compare", json::object());
    Matrix got = matrix_of(*result, instant), want = matrix_of(expect["json"]["data"]);
    if (same(got, want, compare.value("rtol", 1e-9), compare.value("values_only", false))) return "";
    return "got:\n" + show(got) + "want:\n" + show(want);
  }

 private:
  logql::QueryContext context() { return {.source = &source_, .tenant = "t", .limits = &limits_}; }

  static std::string error_differs(const Error& error, const json& expect) {
    std::string text(trim_space(error.message));
    if (expect["status"] == 200) return "error: " + text;
    if (expect.contains("text") && trim_space(expect["text"].get<std::string>()) == text) return "";
    if (expect.contains("text_re")) {
      auto regex = Regex::compile("(?s)^\\s*" + expect["text_re"].get<std::string>() + "\\s*$");
      if (regex.ok() && regex->matches(text)) return "";
    }
    return "error: " + text + "\nwant: " + expect.dump();
  }

  std::optional<std::string> run_log(const logql::LogExpr& query, const Request& request, const json& c) {
    logql::LogQuery q{request.start, request.end, request.direction == "forward" ? Direction::kForward : Direction::kBackward, request.limit, request.interval};
    Streams got, want;
    auto done = logql::run_logs(query, q, context(), [&](const logql::LogRow& row) {
      got[row.labels->to_string()].push_back({row.timestamp, as_json_text(row.line)});
      return true;
    });
    const json& expect = c["expect"];
    if (!done.ok()) return error_differs(done.error(), expect);
    if (expect["status"] != 200) return "no error, but " + expect.dump();
    for (const auto& stream : expect["json"]["data"]["result"])
      for (const auto& v : stream["values"]) want[label_set(stream["stream"]).to_string()].push_back({std::stoll(v[0].get<std::string>()), v[1].get<std::string>()});
    for (Streams* s : {&got, &want})
      for (auto& [name, rows] : *s) std::sort(rows.begin(), rows.end());
    if (got == want || c.value("compare", json::object()).contains("boundary_ts")) return "";
    return "got:\n" + show(got) + "want:\n" + show(want);
  }

  MemorySource source_;
  Limits limits_ = Limits::loki();
};

}  // namespace

TEST_CASE("the engine gives the recorded answers") {
  const char* folder = SLEIPNIR_TESTS "/conformance";
  const char *file = std::getenv("SLEIPNIR_CASES"), *only = std::getenv("SLEIPNIR_CASE");
  Corpus corpus(folder);
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(folder) / "cases")) {
    if (file && entry.path().filename() != file) continue;
    std::ifstream in(entry.path());
    json cases = json::parse(in);
    size_t passed = 0, failed = 0, left_out = 0;
    for (const auto& c : cases["cases"]) {
      if (only && c["id"] != only) continue;
      auto difference = corpus.run(c);
      if (!difference) ++left_out;
      else if (difference->empty()) ++passed;
      else {
        ++failed;
        std::string text = c["id"].get<std::string>() + " " + c["request"]["params"].dump() + "\n" + *difference;
        if (!only && text.size() > 1500) text.resize(1500);
        FAIL_CHECK(text);
      }
    }
    std::cout << entry.path().filename().string() << ": " << passed << " passed, " << failed << " failed, " << left_out << " left out\n";
  }
}

}  // namespace sleipnir::testing
