#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/scan.h"
#include "logql/engine/value_test.h"

namespace sleipnir::logql {

/// What rows of one stream and metadata set have in common under a ColumnPlan.
struct ColumnBase {
  bool open = false;                     ///< the pipeline decides
  std::vector<uint8_t> parsed;           ///< by label: it comes from the line
  std::vector<std::optional<std::string_view>> values;  ///< by label, unless parsed; nullopt: there is no such label
  std::vector<Answer> answers;           ///< by test, unless its label is parsed
  Answer unwrap = Answer::kFail;         ///< unless its label is parsed
  double unwrapped = 0;
  std::vector<std::string> tuples;       ///< by ColumnPlan::Tuple: tells pairs apart that have different values of its labels
};

/// The rows of a batch that columns decide, and these columns.
struct ColumnRows {
  enum class Parsed { kNone, kSome, kAll };

  std::vector<uint32_t> rows;           ///< not decided yet, and decidable
  std::span<ColumnBase* const> bases;   ///< by pair
  std::span<const uint32_t> pair_codes;
  std::vector<Parsed> parsed;           ///< by label; kAll as well where the label has been made
  std::vector<const Column*> read;      ///< by label, and one for failures; nullptr: not needed, or not to be had

  uint32_t pair_of(uint32_t row) const { return pair_codes.empty() ? 0 : pair_codes[row]; }
  const ColumnBase& base_of(uint32_t row) const { return *bases[pair_of(row)]; }
  bool in_line(uint32_t row, size_t name) const { return parsed[name] == Parsed::kAll || base_of(row).parsed[name]; }
};

}  // namespace sleipnir::logql
