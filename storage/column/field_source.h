#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "base/scan.h"
#include "storage/column/block_reader.h"
#include "storage/column/json_labels.h"

namespace sleipnir::storage {

/// Where the rows of each shape of a block have the value that a parser extracts under one label.
struct FieldSource {
  struct OfShape {
    bool known = false;        ///< false: only the parser can tell
    uint32_t field = kNoSlot;
    bool escaped = false;      ///< what stands between the quotes may not be the value itself
  };
  std::vector<OfShape> shapes;  ///< by shape code
  bool all_known = true;
  bool anywhere = false;        ///< some shape has the field
  /// The only field, if no shape has that field and takes the value from elsewhere, and all take it alike.
  std::optional<uint32_t> field;
  bool escaped = false;
  bool empty_is_none = false;

  /// What a code of this text is to be replaced by (Column::kUndecided, kAbsent); 0: it stays.
  uint32_t instead_of(std::string_view text, bool is_escaped) const;
};

/// Of kJson, kLogfmt or kJsonPath. O(slots and constant text of all shapes).
FieldSource field_source(BlockReader& reader, const WantedField& wanted);

}  // namespace sleipnir::storage
