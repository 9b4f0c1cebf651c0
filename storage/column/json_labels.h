#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "storage/column/shape.h"

namespace sleipnir::storage {

inline constexpr uint32_t kNoSlot = UINT32_MAX;

/// The label that `| json` or `| logfmt` makes of a field (logql.md §7.5): keys sanitised and joined by `_`.
std::string json_label(const Field& field);

/// Slot of the shape whose value a json parser would extract under `label`: the first that is no array; kNoSlot where there is none.
uint32_t json_slot(const Shape& shape, const std::vector<std::string>& labels_of_fields, std::string_view label);

/// The same of a logfmt shape and parser, kNoSlot as well; nullopt where several pairs have the label: the first that is not empty counts then
/// (logql.md §7.7).
std::optional<uint32_t> logfmt_slot(const Shape& shape, const std::vector<std::string>& labels_of_fields, std::string_view label);

/// What a parser finds under a label in the lines of one shape.
struct LabelSource {
  bool known = false;    ///< false: only the parser can tell
  uint32_t slot = kNoSlot;
  bool operator==(const LabelSource&) const = default;
};
LabelSource label_source(const Shape& shape, LineFormat parsed, const std::vector<std::string>& labels_of_fields, std::string_view label);

}  // namespace sleipnir::storage
