#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "storage/column/bits.h"
#include "storage/column/value_form.h"

namespace sleipnir::storage {

/// Most templates of a column: beyond, their texts say more than their numbers.
inline constexpr size_t kMaxTemplates = 1024;

/// The values of one template of a column (values_template.cpp): its text, and for each number in it a column of packed ones. Values are numbered from 0
/// in their order. The bits belong to whoever has opened the column.
struct PackedTemplate {
  struct Numbers { uint64_t base = 0; PackedBits bits; };

  ValueForm form;  ///< with the bounds that the widths of the bits give
  std::vector<Numbers> runs;
  uint32_t count = 0;

  uint64_t number(size_t run, uint32_t rank) const { return runs[run].base + runs[run].bits[rank]; }
  /// The text of a value. O(length).
  void append(uint32_t rank, std::string& out) const;
  uint32_t length(uint32_t rank) const;
  /// hits[rank] = the test holds; empty where it holds for none. Exact. No text is printed unless there are too many ways to hold.
  std::vector<uint8_t> test(const TextTest& test) const;

 private:
  /// The same where digits are searched for: they stand within one number or one run of the text.
  std::vector<uint8_t> test_digits(const TextTest& test) const;
};

}  // namespace sleipnir::storage
