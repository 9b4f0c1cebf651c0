#include "api/query/encode.h"

#include <algorithm>
#include <charconv>

#include "api/query/encode_stats.h"
#include "base/number.h"
#include "base/text.h"

namespace sleipnir::api {
namespace {

constexpr size_t kPieceBytes = 256 << 10;

void append_integer(std::string& out, int64_t n) {
  char text[24];
  out.append(text, std::to_chars(text, text + sizeof text, n).ptr);
}

void append_sample_pair(std::string& out, const logql::Sample& sample) {
  out += '[';
  append_seconds(out, sample.timestamp);
  out += ",\"";
  append_sample(out, sample.value);
  out += "\"]";
}

std::string_view type_name(MetricForm form) {
  switch (form) {
    case MetricForm::kMatrix: return "matrix";
    case MetricForm::kVector: return "vector";
    case MetricForm::kScalar: break;
  }
  return "scalar";
}

/// Loki prints the time of an instant scalar in milliseconds where seconds belong (logql.md §11.2).
void append_scalar(std::string& out, const logql::MetricResult& result) {
  const logql::Sample sample = result.series.empty() || result.series[0].samples.empty() ? logql::Sample{} : result.series[0].samples.back();
  out += '[';
  append_integer(out, sample.timestamp / kMillisecond);
  out += ",\"";
  append_sample(out, sample.value);
  out += "\"]";
}

}  // namespace

void append_labels(std::string& out, const LabelSet& labels, bool html) {
  char separator = '{';
  for (const Label& label : labels) {
    out += separator;
    append_json_string(out, label.name, html);
    out += ':';
    append_json_string(out, label.value, html);
    separator = ',';
  }
  if (separator == '{') out += '{';
  out += '}';
}

void append_strings(std::string& out, const std::vector<std::string>& strings) {
  char separator = '[';
  for (const std::string& s : strings) {
    out += separator;
    append_json_string(out, s);
    separator = ',';
  }
  if (separator == '[') out += '[';
  out += ']';
}

void append_seconds(std::string& out, Nanos time) {
  const bool negative = time < 0;
  const uint64_t ms = (negative ? 0 - static_cast<uint64_t>(time) : static_cast<uint64_t>(time)) / kMillisecond;
  if (negative && ms != 0) out += '-';
  append_integer(out, static_cast<int64_t>(ms / 1000));
  if (ms % 1000 == 0) return;
  const char digits[4] = {'.', static_cast<char>('0' + ms % 1000 / 100), static_cast<char>('0' + ms % 100 / 10), static_cast<char>('0' + ms % 10)};
  out.append(digits, ms % 10 != 0 ? 4 : ms % 100 != 0 ? 3 : 2);
}

std::string& body_piece(std::vector<std::string>& body) {
  if (body.empty() || body.back().size() >= kPieceBytes) body.emplace_back();
  return body.back();
}

void append_warnings(std::string& out, const std::vector<std::string>& warnings, bool comma_first) {
  if (warnings.empty()) return;
  if (comma_first) out += ',';
  out += "\"warnings\":";
  append_strings(out, warnings);
  if (!comma_first) out += ',';
}

void StreamsEncoder::add(const logql::LogRow& row) {
  const auto [group, added] = groups_.try_emplace(categorize_ ? *row.stream : *row.labels);
  if (added) label_bytes_ += logql::memory_of(group->first) + 2 * group->first.bytes();
  std::string& values = group->second.values;
  const size_t before = values.size();
  if (!values.empty()) values += ',';
  append_value(values, row);
  bytes_ += values.size() - before;
  ++entries_;
}

void StreamsEncoder::append_value(std::string& out, const logql::LogRow& row) const {
  out += "[\"";
  append_integer(out, row.timestamp);
  out += "\",";
  append_json_string(out, row.line, true);
  if (categorize_) {
    out += ",{";
    if (!row.metadata->empty()) append_labels(out += "\"structuredMetadata\":", *row.metadata);
    if (!row.metadata->empty() && !row.parsed->empty()) out += ',';
    if (!row.parsed->empty()) append_labels(out += "\"parsed\":", *row.parsed);
    out += '}';
  }
  out += ']';
}

void StreamsEncoder::finish(std::vector<std::string>& body) {
  std::vector<std::pair<std::string, decltype(groups_)::node_type>> sorted;
  sorted.reserve(groups_.size());
  while (!groups_.empty()) {
    auto node = groups_.extract(groups_.begin());
    std::string name = node.key().to_string();
    sorted.emplace_back(std::move(name), std::move(node));
  }
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  body_piece(body) += '[';
  bool first = true;
  for (auto& [name, node] : sorted) {
    std::string& out = body_piece(body);
    out += first ? "{\"stream\":" : ",{\"stream\":";
    first = false;
    append_labels(out, node.key());
    out += ",\"values\":[";
    if (std::string& values = node.mapped().values; values.size() < kPieceBytes) {
      out += values;
    } else {
      body.push_back(std::move(values));
    }
    body.back() += "]}";
  }
  body_piece(body) += ']';
}

void append_matrix(std::vector<std::string>& body, const std::vector<logql::Series>& series) {
  body_piece(body) += '[';
  bool first = true;
  for (const auto& s : series) {
    std::string& out = body_piece(body);
    out += first ? "{\"metric\":" : ",{\"metric\":";
    first = false;
    append_labels(out, s.labels);
    out += ",\"values\":[";
    for (size_t i = 0; i < s.samples.size(); ++i) {
      if (i > 0) out += ',';
      append_sample_pair(out, s.samples[i]);
    }
    out += "]}";
  }
  body_piece(body) += ']';
}

void append_vector(std::vector<std::string>& body, const std::vector<logql::Series>& series) {
  body_piece(body) += '[';
  bool first = true;
  for (const auto& s : series) {
    if (s.samples.empty()) continue;
    std::string& out = body_piece(body);
    out += first ? "{\"metric\":" : ",{\"metric\":";
    first = false;
    append_labels(out, s.labels, true);
    out += ",\"value\":";
    append_sample_pair(out, s.samples.back());
    out += '}';
  }
  body_piece(body) += ']';
}

void answer_metric(Response& response, const logql::MetricResult& result, MetricForm form, const ScanStats& stats, double seconds, std::string_view more_stats) {
  response.content_type = kJson;
  response.body.clear();
  auto& body = response.body;
  ((body_piece(body) += R"({"status":"success","data":{"resultType":")") += type_name(form)) += R"(","result":)";
  uint64_t samples = 0;
  for (const auto& s : result.series) samples += s.samples.size();
  switch (form) {
    case MetricForm::kMatrix: append_matrix(body, result.series); break;
    case MetricForm::kVector: append_vector(body, result.series); break;
    case MetricForm::kScalar: append_scalar(body_piece(body), result); break;
  }
  std::string& out = body_piece(body);
  out += ",\"stats\":";
  append_stats(out, stats, seconds, samples, more_stats);
  out += '}';
  append_warnings(out, result.warnings, true);
  out += '}';
}

}  // namespace sleipnir::api
