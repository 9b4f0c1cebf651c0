#pragma once
#include <atomic>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "api/ingest/push.h"
#include "api/ingest/request.h"
#include "base/limits.h"

namespace sleipnir::api {

/// Why streams and entries were left out, joined into one message (http-api.md §9.5): identical texts are counted, and a text that is alone
/// and occurs once stands as it is.
class Complaints {
 public:
  void add(std::string text);
  bool empty() const { return counts_.empty(); }
  /// `<text>`, or `<n> errors like: <text>; <n> errors like: <text>`. Beyond the first thousand texts only their number is told.
  std::string join() const;

 private:
  static constexpr size_t kMaxTexts = 1000;
  std::map<std::string, uint64_t> counts_;
  uint64_t others_ = 0;
};

/// The checks on one request's streams and entries, against limits and the present time. Each check returns Loki's message, or "" for what is
/// valid, and counts what it refuses. Stream names in messages are only written where they are needed.
class Validator {
 public:
  Validator(const Limits& limits, const std::string& tenant, Nanos now, IngestMetrics& metrics);

  /// Number of labels, lengths, names that occur twice, required labels. `labels` is sorted by name. `entries` of the stream go with it.
  std::string check_stream(std::span<const Label> labels, size_t entries) const;
  /// Time, line and structured metadata, before any enrichment. `labels` are the stream's, for the message.
  std::string check_entry(const ReceivedEntry& entry, const LabelSet& labels) const;
  /// Cuts a line that is too long, where the limits say so.
  void truncate(LineText& line) const;

 private:
  std::string check_labels(std::span<const Label> labels) const;
  std::string missing_labels(std::span<const Label> labels) const;
  std::string check_metadata(const ReceivedEntry& entry, const LabelSet& labels) const;

  const Limits& limits_;
  const std::string& tenant_;
  Nanos oldest_, newest_;
  IngestMetrics& metrics_;
};

/// Sum of the lengths of names and values, without `detected_level`, which the server adds itself.
uint64_t metadata_bytes(const std::vector<Label>& metadata);

}  // namespace sleipnir::api
