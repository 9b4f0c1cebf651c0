#pragma once
// What a part keeps of each block so that a search need not open it: fingerprints of id-like words, and the three-letter windows of everything else.
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/column/shape.h"
#include "storage/column/values.h"
#include "storage/column/vocabulary.h"

namespace sleipnir::storage {

/// A word is a maximal run of ASCII letters and digits. Words of values are words of the line: JSON puts punctuation around every value.
bool is_word_char(char c);

/// Words shorter than this are not indexed.
inline constexpr size_t kMinIdWord = 8;
/// The fingerprint under which a word is indexed. Stable: it is stored in files.
uint32_t word_fingerprint(std::string_view word);

/// A window is three bytes, each a letter, `_` or above 0x7f, at least one of them beyond a … f: such text stands in no number, time or hex id.
class WindowSet {
 public:
  /// A power of two of bits, as bytes; empty: may hold anything.
  explicit WindowSet(std::string bits = {}) : bits_(std::move(bits)) {}
  /// False only if no line has this text. Texts without a window are always possible.
  bool may_hold(std::string_view text) const;
  /// Whether the text has a window: otherwise no set says anything of it.
  static bool says_of(std::string_view text);
  const std::string& bits() const { return bits_; }

 private:
  std::string bits_;
};

struct BlockSummary {
  WindowSet windows;
  /// Longest word that has a digit outside of id columns; and longest one in id columns.
  uint32_t longest_text_word = 0, longest_id_word = 0;
  /// Some string holds an escape of a character that could have been written as it is: values need not stand literally in the line.
  bool odd_escapes = false;
  std::vector<uint32_t> ids;  ///< fingerprints of the words of id columns, and of the values of structured metadata, in any order
  Vocabulary vocabulary;
};

/// Collects the summary of one block.
class SummaryBuilder {
 public:
  /// `fields`: all that shapes refer to.
  explicit SummaryBuilder(std::span<const Field> fields);
  void add_shape(const Shape& shape);
  /// What encode_coded took.
  void add_entries(uint32_t field, std::span<const std::string_view> entries);
  /// `encoded` is what encode_various made of the `values` of fields[field].
  void add_field(uint32_t field, std::string_view encoded, std::span<const std::string_view> values);
  void add_raw(std::span<const std::string_view> lines);
  /// All sets of the block, as they are coded. Their values are indexed as they are, whatever they are.
  void add_metadata(std::span<const std::string_view> sets);
  /// The same of a column of metadata; `encoded` is what encode_values made of it.
  void add_metadata_column(std::string_view encoded, std::span<const std::string_view> values);
  BlockSummary finish();

 private:
  void add_text(std::string_view text);
  void add_windows(std::span<const std::string_view> texts);
  void add_hex(uint32_t field, std::span<const std::string_view> values);
  void add_ids(std::span<const std::string_view> values);
  void add_forms(uint32_t field, std::string_view encoded, size_t values);

  std::string windows_;
  BlockSummary out_;
};

}  // namespace sleipnir::storage
