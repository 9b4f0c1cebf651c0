#pragma once
// A lenient streaming scanner for JSON objects (logql.md §7.5): it looks at no more of the text than it needs, and what it
// does not look at may be wrong. Nothing here throws, recurses or reads past its text.
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "logql/stages/arena.h"

namespace sleipnir::logql::json {

inline constexpr std::string_view kMalformed = "Malformed JSON error";
inline constexpr std::string_view kOpenObject = "Value looks like object, but can't find closing '}' symbol";
inline constexpr std::string_view kOpenArray = "Value is array, but can't find closing ']' symbol";
inline constexpr std::string_view kOpenString = "Value is string, but can't find closing '\"' symbol";
inline constexpr std::string_view kUnknownValue = "Unknown value type";
inline constexpr std::string_view kBadEscape = "Encountered an invalid escape sequence in a string";

inline constexpr size_t kNone = std::string_view::npos;

enum class Kind { kString, kNumber, kBoolean, kNull, kObject, kArray };

struct Value {
  Kind kind;
  std::string_view text;  ///< of a string: between the quotes, still escaped
  size_t end;             ///< offset just after the value
};

/// First byte at or after `i` that is no blank, kNone at the end.
size_t skip_blanks(std::string_view text, size_t i);
/// Offset just after the quote that ends the string whose first byte is text[i], or kNone. `escaped`: a backslash is in it.
size_t string_end(std::string_view text, size_t i, bool& escaped);
/// Offset just after the bracket that closes the one at text[i], or kNone. Only these two brackets and strings are looked at.
size_t block_end(std::string_view text, size_t i, char open, char close);
/// Reads the value at or after `i`. Returns the error text, empty on success.
std::string_view read_value(std::string_view text, size_t i, Value& value);
/// Resolves escapes; nullopt when one is wrong. Cost: none without a backslash.
std::optional<std::string_view> unescape(std::string_view text, Arena& arena);
/// A string value as a label value: unescaped, `""` when an escape is wrong, no U+FFFD.
std::string_view label_value(std::string_view text, Arena& arena);

/// Ends of the objects inside one object, so that descending does not scan the same text once a level.
using Blocks = std::vector<std::pair<const char*, const char*>>;

/// Steps through the members of one object.
class ObjectReader {
 public:
  /// `blocks` may be null. A reader of an inner object shares the `blocks` of the outer one, and has `inner` set.
  ObjectReader(std::string_view text, Blocks* blocks, bool inner = false) : text_(text), blocks_(blocks), inner_(inner) {}

  enum class Step { kMember, kEnd, kError };
  Step next(Arena& arena);
  std::string_view key() const { return key_; }  ///< unescaped
  const Value& value() const { return value_; }
  std::string_view error() const { return error_; }

 private:
  bool open();
  bool after_value();
  bool read_key(Arena& arena);
  bool read_object_end();
  Step fail(std::string_view error) {
    error_ = error;
    return Step::kError;
  }

  std::string_view text_, key_, error_;
  size_t at_ = 0;
  Value value_{};
  Blocks* blocks_;
  bool inner_, started_ = false, ended_ = false;
};

/// An object that is being read inside others.
struct Level {
  ObjectReader reader;
  size_t path_length;  ///< of the path around it, to go back to at its end
};

}  // namespace sleipnir::logql::json
