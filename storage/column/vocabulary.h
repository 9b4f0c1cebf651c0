#pragma once
// What the lines of a part are made of, told so briefly that a search for text which none of them has ends here, however many lines there are: the shapes,
// and of each field the forms of its values. storage/format.md has the bytes.
#include <algorithm>
#include <bitset>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "storage/column/needle.h"
#include "storage/column/shape.h"
#include "storage/column/value_form.h"

namespace sleipnir::storage {

/// Says of text whether a line may hold it; never wrongly that none does. What would grow too long is told
/// with less precision: forms of a field become the bytes of which they are made, at last nothing is known.
class Vocabulary {
 public:
  /// Bytes of values, and those of their longest run of digits.
  struct Extent {
    uint64_t length = 0, digits = 0;
    static Extent of(std::string_view value);
    void add(Extent o) { length = std::max(length, o.length), digits = std::max(digits, o.digits); }
  };

  /// False only if no line contains the needle. O(forms). The vocabulary must outlive the needle.
  bool may_hold(AlignedNeedle& needle) const;
  /// False only if no value of the field passes the test. O(forms of the field).
  bool may_hold(const Field& field, const TextTest& test) const;

  /// The fields of one block, which the calls that follow number; once, at first.
  void set_fields(std::span<const Field> fields);
  void add_shape(const Shape& shape);
  void add_form(uint32_t field, const ValueForm& form);
  void add_value(uint32_t field, std::string_view value);
  /// Values of these bytes, at most so large.
  void add_alphabet(uint32_t field, std::string_view bytes, Extent most);
  void add_values(uint32_t field, std::span<const std::string_view> values);
  void add_raw(std::span<const std::string_view> lines);
  /// Takes in what another one says.
  void absorb(const Vocabulary& other);
  /// Lines of which nothing is known.
  void give_up() { *this = Vocabulary(), anything_ = true; }

  /// Empty where nothing is known.
  std::string encode() const;
  /// nullopt: damaged.
  static std::optional<Vocabulary> decode(std::string_view bytes);
  /// A line a field, for people.
  std::string to_string() const;

 private:
  struct OfField {
    Field field;
    bool anything = false;
    bool folded = false;        ///< had too many forms: all values go into the alphabet
    std::bitset<256> alphabet;  ///< of values that may be any text of these bytes …
    Extent most;                ///< … up to this
    std::map<std::string, std::vector<NumberRange>, std::less<>> forms;  ///< of the other values

    bool may_hold(const TextTest& test) const;
  };

  static void give_up(OfField& field);
  static void fold(OfField& field);
  static void add(OfField& field, const std::string& text, std::span<const NumberRange> numbers);
  static void add_alphabet(OfField& field, std::string_view bytes, Extent most);
  void add_shape_once(Shape shape);
  /// Of the field with this name, which is added where it is new.
  uint32_t number_of(const Field& field);

  bool anything_ = false;
  std::vector<OfField> fields_;
  std::unordered_map<std::string, uint32_t> numbers_;  ///< of fields_, by coded field
  std::vector<Shape> shapes_;
};

}  // namespace sleipnir::storage
