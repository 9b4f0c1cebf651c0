#pragma once
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "storage/column/block_format.h"
#include "storage/column/block_writer.h"
#include "storage/column/field_values.h"

namespace sleipnir::storage {

/// The structured metadata of the rows of a block, a column a name.
struct MetadataColumns {
  struct Column {
    std::string_view name;
    FieldValues values;  ///< of the rows that have it
  };
  std::vector<Column> columns;       ///< ascending by name
  std::vector<NameList> name_lists;  ///< of columns, not of fields
  std::vector<uint32_t> list_of_row;

  /// Whether a row with this name list has the column.
  std::vector<uint8_t> lists_with(uint32_t column) const;
};

/// Nothing where sets are few beside the rows: each is then kept once, as it is coded; also where too many combinations of names occur. `sets` are intact and
/// must outlive the result.
std::optional<MetadataColumns> cut_metadata(std::span<const BlockRow> rows, std::span<const std::string_view> sets);

}  // namespace sleipnir::storage
