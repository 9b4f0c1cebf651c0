#pragma once
// The values of one field in one block: how they are encoded, and what can be asked of them without decoding a row.
//
// A column is written by encode_values, which picks the first encoding that holds every value exactly and pays, and read by open_values.
// Each encoding is one file (values_<name>.cpp) with a writer that may decline and a reader. Format: storage/format.md, "Columns".
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "storage/column/distinct.h"

namespace sleipnir::storage {

enum class Encoding : uint8_t { kConstant = 0, kDictionary = 1, kNumber = 2, kHex = 3, kTime = 4, kTemplate = 5, kText = 6, kReference = 7, kPadded = 8 };

struct ValueForm;

/// A test of a value's text.
struct TextTest {
  enum class Op : uint8_t { kContains, kStartsWith, kEndsWith, kEquals } op = Op::kContains;
  std::string text;
  bool holds(std::string_view value) const;
  auto operator<=>(const TextTest&) const = default;
};

/// A dictionary in the making: texts that stay where they are. One thread.
class Texts {
 public:
  /// Keeps a copy, whether it is in already or not. O(length).
  uint32_t append(std::string_view text);
  /// The number of the equal text that came through here, or of a new one.
  uint32_t find_or_add(std::string_view text);
  const std::vector<std::string_view>& entries() const { return entries_; }

 private:
  std::vector<std::string_view> entries_;
  std::deque<std::string> pieces_;
  Distinct known_{SIZE_MAX};       ///< those that find_or_add() added
  std::vector<uint32_t> numbers_;  ///< of `known_`
};

/// Values are numbered 0 … size()-1: the rank of the row among those of the block that have the field.
/// Immutable after open; any number of threads. Bytes must outlive it and be readable PackedBits::kPadding beyond their end.
class Values {
 public:
  virtual ~Values() = default;
  virtual Encoding encoding() const = 0;
  uint32_t size() const { return size_; }

  /// Appends the exact text. O(1) but for kText (O(chunk) where the chunk is not the one of the call before).
  virtual void append(uint32_t i, std::string& out) const = 0;
  virtual uint32_t length(uint32_t i) const = 0;

  /// Number of dictionary entries; 0 where the column has no dictionary. Entries ascend bytewise.
  virtual uint32_t entries() const { return 0; }
  virtual std::string_view entry(uint32_t) const { return {}; }
  /// Codes of values [first, first + out.size()).
  virtual void codes(uint32_t first, std::span<uint32_t> out) const;

  /// True where every value is a canonical decimal number; then numbers() gives them as strconv.ParseFloat would.
  virtual bool numeric() const { return false; }
  virtual void numbers(uint32_t first, std::span<double> out) const;

  /// Where there is no dictionary: codes[i] = place in `texts` of the text of value ranks[i]; a new one is appended. Ranks ascend. `texts` is empty.
  virtual void distinct(std::span<const uint32_t> ranks, std::span<uint32_t> codes, Texts& texts) const;

  /// hits[i] = test holds for value first + i. Exact. Costs at most one test a distinct value where there is a dictionary.
  virtual void test(const TextTest& test, uint32_t first, std::span<uint8_t> hits) const;
  /// The forms of all values where they are templates (value_form.h); else nothing.
  virtual std::vector<ValueForm> forms() const;
  /// False: no value passes, known without looking at values.
  virtual bool may_hold(const TextTest&) const { return true; }

  /// A column that answers may_hold() and size() as this one does, without values and in little memory, which may outlive the bytes that this one was
  /// opened from; nullptr where the encoding has none.
  virtual std::unique_ptr<Values> outline() const { return nullptr; }

  /// Bytes of memory beside those that it was opened from, about; some encodings unpack more as they are asked.
  virtual size_t memory() const { return sizeof *this; }

 protected:
  uint32_t size_ = 0;
};

/// What a writer knows of a column.
struct ValuesInput {
  std::span<const std::string_view> values;
  std::span<const Nanos> timestamps;  ///< of the same rows where looks_like_time(values[0]), else empty
};
/// Whether a column that starts with this value is worth a try as times that follow the entry's own.
bool looks_like_time(std::string_view value);

/// Values as places in a list of distinct ones, in order of appearance.
struct CodedValues {
  std::span<const std::string_view> entries;
  std::span<const uint32_t> codes;
};
/// Of a column that is encoded as codes: a query gains nothing from more of them.
inline constexpr size_t kMostEntries = 1024;

/// Appends the encoded column. Never fails: kText holds anything.
void encode_values(const ValuesInput& input, std::string& out);
/// The same in two steps, for who has codes of the values: constants and dictionaries; false, and `out` as it was, where others are better …
bool encode_coded(const CodedValues& values, std::string& out);
/// … which is then encoded so.
void encode_various(const ValuesInput& input, std::string& out);

struct HexColumn;
/// Appends a column as references into `other`, that of another field. `values` are those of `column`. False, and `out` as it was, where too few stand there
/// or `other` has a value twice.
bool write_reference(const HexColumn& column, std::span<const std::string_view> values, const HexColumn& other, uint32_t other_field, std::string& out);

/// The field that an encoded column refers to, which has to be opened first; nullopt: none.
std::optional<uint32_t> referenced_field(std::string_view bytes);

/// `timestamps` as for the writer; only looked at by kTime. `other`: the column of referenced_field; must outlive the result. Errors: kCorrupt.
Result<std::unique_ptr<Values>> open_values(std::string_view bytes, uint32_t size, std::span<const Nanos> timestamps, const Values* other = nullptr);

// The encodings. A writer returns false and leaves `out` as it was where it cannot hold the values or a later one is certainly better.
bool write_number(const ValuesInput&, std::string& out);
bool write_hex(const ValuesInput&, std::string& out);
bool write_time(const ValuesInput&, std::string& out);
bool write_padded(const ValuesInput&, std::string& out);
bool write_template(const ValuesInput&, std::string& out);
/// Of the values of an encoded kHex column that are not empty those that come first among equals; or all, where hardly any are equal.
std::vector<std::string_view> distinct_hex(std::string_view encoded, std::span<const std::string_view> values);
void write_text(std::span<const std::string_view> values, std::string& out);
void write_dictionary(const CodedValues&, std::string& out);
std::unique_ptr<Values> read_constant(std::string_view bytes, uint32_t size);
std::unique_ptr<Values> read_number(std::string_view bytes, uint32_t size);
std::unique_ptr<Values> read_hex(std::string_view bytes, uint32_t size);
std::unique_ptr<Values> read_time(std::string_view bytes, uint32_t size, std::span<const Nanos> timestamps);
std::unique_ptr<Values> read_dictionary(std::string_view bytes, uint32_t size);
std::unique_ptr<Values> read_padded(std::string_view bytes, uint32_t size);
std::unique_ptr<Values> read_template(std::string_view bytes, uint32_t size);
std::unique_ptr<Values> read_reference(std::string_view bytes, uint32_t size, const Values& other);
std::unique_ptr<Values> read_text(std::string_view bytes, uint32_t size);

}  // namespace sleipnir::storage
