#pragma once
#include <memory>
#include <string_view>
#include <vector>

#include "base/scan.h"
#include "storage/column/picked_rows.h"
#include "storage/column/values.h"

namespace sleipnir::storage {

/// A column whose arrays are its own.
struct OwnedColumn : Column {
  Buffer<uint32_t> own_codes;
  Buffer<double> own_numbers;
  std::vector<std::string_view> own_dictionary;  ///< empty: `texts` are the dictionary
  Texts texts;

  static std::shared_ptr<const Column> finish(std::shared_ptr<OwnedColumn> column) {
    column->codes = column->own_codes.all();
    column->numbers = column->own_numbers.all();
    column->dictionary = column->own_dictionary.empty() ? std::span(column->texts.entries()) : std::span(column->own_dictionary);
    return column;
  }
};

}  // namespace sleipnir::storage
