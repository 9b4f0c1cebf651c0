#pragma once
// JSON of answers, appended as it comes; nothing is built twice. Which strings are HTML-escaped is Loki's choice (http-api.md §0.3).
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "api/http/exchange.h"
#include "base/labels.h"
#include "logql/engine/engine.h"

namespace sleipnir::api {

/// `{"a":"b"}`
void append_labels(std::string& out, const LabelSet& labels, bool html = false);
/// `["a","b"]`
void append_strings(std::string& out, const std::vector<std::string>& strings);
/// Seconds with up to three decimals: `1795259536.5`. Finer parts are cut off.
void append_seconds(std::string& out, Nanos time);

/// Appends to the last piece of a body, and begins a new piece when that one is large.
std::string& body_piece(std::vector<std::string>& body);

/// `"warnings":[…],` in front of or `,"warnings":[…]` after something; nothing where there are none.
void append_warnings(std::string& out, const std::vector<std::string>& warnings, bool comma_first);

/// Collects the rows of a log answer by stream.
class StreamsEncoder {
 public:
  /// `categorize`: structured metadata and parsed labels go with each line, not into the stream's labels.
  explicit StreamsEncoder(bool categorize) : categorize_(categorize) {}

  void add(const logql::LogRow& row);
  uint64_t entries() const { return entries_; }
  uint64_t bytes() const { return bytes_; }
  /// Memory held, about: text grows by doubling, and streams are sorted by their label strings.
  uint64_t memory() const { return 2 * bytes_ + label_bytes_; }

  /// Appends `[{"stream":{…},"values":[…]},…]`, sorted by label string. Empties the encoder.
  void finish(std::vector<std::string>& body);

 private:
  struct Group {
    std::string values;
  };
  void append_value(std::string& out, const logql::LogRow& row) const;

  const bool categorize_;
  std::unordered_map<LabelSet, Group, LabelSetHash> groups_;
  uint64_t entries_ = 0, bytes_ = 0, label_bytes_ = 0;
};

/// Appends `[{"metric":{…},"values":[[t,"v"],…]},…]`.
void append_matrix(std::vector<std::string>& body, const std::vector<logql::Series>& series);
/// Appends `[{"metric":{…},"value":[t,"v"]},…]`: the last sample of each series.
void append_vector(std::vector<std::string>& body, const std::vector<logql::Series>& series);

/// A whole metric answer: `data` with type, result and stats; no newline at the end.
enum class MetricForm { kMatrix, kVector, kScalar };
void answer_metric(Response& response, const logql::MetricResult& result, MetricForm form, const ScanStats& stats, double seconds, std::string_view more_stats = {});

}  // namespace sleipnir::api
