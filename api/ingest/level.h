#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/labels.h"

namespace sleipnir::api {

inline constexpr std::string_view kDetectedLevel = "detected_level";

/// Finds the level of an entry (http-api.md §9.6.3). Built once a request from the tenant's `log_level_fields`; immutable.
/// Cost: nothing but the way to the level field for JSON lines that have one near their front; below 1 ns a byte for others.
class LevelDetector {
 public:
  explicit LevelDetector(const std::vector<std::string>& fields);

  /// Rule b for streams: the value of the first field that the stream has, normalised; empty where it has none. Decide it once a stream.
  std::string from_labels(const LabelSet& stream) const;
  /// Rules b to e for one entry without `detected_level`, whose stream gave `stream_level`. Metadata names are normalised already. Never empty.
  std::string detect(std::string_view stream_level, const std::vector<Label>& metadata, std::string_view line) const;
  /// Rule d: trace, debug, info, warn, error, critical, fatal or unknown.
  std::string_view from_line(std::string_view line) const;

 private:
  std::string_view json_value(std::string_view line) const;
  std::string_view logfmt_value(std::string_view line) const;
  bool is_field(std::string_view name) const;

  std::vector<std::string> fields_;       ///< in order of priority
  std::vector<std::string> lower_fields_; ///< the same in lower case, without repetitions
  uint64_t lengths_ = 0;                  ///< bit n: there is a field of n bytes; bit 63: of 63 or more
};

/// The level that a known spelling stands for (any case: `WRN` is warn), empty for other texts.
std::string_view normalize_level(std::string_view text);
/// Rule c: OTLP's severity numbers; `info` for what is no number.
std::string_view level_of_severity_number(std::string_view text);
/// Rule e: the earliest level word in a text, else `unknown`.
std::string_view level_by_keyword(std::string_view text);

}  // namespace sleipnir::api
