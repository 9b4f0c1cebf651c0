#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/ingest/request.h"
#include "base/result.h"

namespace sleipnir::api {

/// Reads JSON front to back, strictly, with the error texts of the decoder that Loki uses (jsoniter over a reader):
///   `readFieldHash: expect ", but found x, error found in #10 byte of ...|…|..., bigger context ...|…|...`
/// The first error stays; every function returns false (or 0) once there is one. Views point into the text. Recursion is bounded.
class JsonCursor {
 public:
  enum class Kind : uint8_t { kString, kNumber, kBool, kNull, kArray, kObject };
  struct Value {
    Kind kind = Kind::kNull;
    std::string_view raw;  ///< without the quotes for a string
  };

  explicit JsonCursor(std::string_view text) : text_(text) {}

  /// The next byte that is no blank; 0 at the end.
  char next();
  /// Takes back what next() just returned.
  void unread() { at_ -= taken_; }
  /// Whether nothing but blanks is left; takes the next byte otherwise.
  bool ended() {
    next();
    return taken_ == 0;
  }

  /// The name of an object's member and its colon; `operation` names the caller in errors. The opening quote has not been read.
  bool read_name(std::string_view operation, std::string& name);
  /// Decodes a string whose opening quote was just read. A lone surrogate becomes U+FFFD and clears `paired`.
  bool read_string(std::string& out, bool& paired);
  /// As read_string; a line without escapes is borrowed from the text.
  bool read_line(LineText& line, bool& paired);
  /// A string, of which nothing has been read; `null` leaves `out` as it is.
  bool read_text(std::string& out);
  /// As read_string, but the text stays as it is written.
  bool read_raw_string(std::string_view& raw);
  /// Any value, checked and passed over.
  bool read_value(Value& value);
  /// The rest of a value whose first byte, `first`, was just read.
  bool read_value_from(char first, Value& value);
  /// `null`, whose first byte was just read.
  bool read_null();

  /// After a member or an element: true if another follows, false at the end (or on an error).
  bool more_members(std::string_view operation, std::string_view message);
  bool more_elements(std::string_view operation, std::string_view message);

  /// Calls `member(name)` with the cursor before each value of an object whose brace was just read, until it returns false.
  template <class Member>
  bool read_members(Member&& member) {
    const char first = next();
    if (first == '}') return true;
    if (first != '"') return fail("ReadObjectCB", std::string("expect \" after {, but found ") + first);
    unread();
    std::string name;
    do {
      if (!read_name("ReadObject", name) || !member(std::as_const(name))) return false;
    } while (more_members("ReadObjectCB", "object not ended with }"));
    return !failed();
  }

  /// Calls `element()` with the cursor before each element of an array whose bracket was just read, until it returns false.
  template <class Element>
  bool read_elements(Element&& element) {
    if (next() == ']') return true;
    unread();
    do {
      if (!element()) return false;
    } while (more_elements("ReadArrayCB", "expect ] in the end, but found "));
    return !failed();
  }

  /// Sets the error, unless there is one. Always false.
  bool fail(std::string_view operation, std::string_view message);
  bool failed() const { return !error_.empty(); }
  /// Puts words before the error, as each enclosing decoder does.
  void prefix_error(std::string_view prefix) { error_.insert(0, prefix); }
  /// kInvalid with the text, or kTooLarge if the budget is what failed.
  Error error() const { return budget_.exhausted() ? DecodeBudget::error() : invalid(error_); }

  /// A new object at the end of `objects`; the cursor fails when the budget of the request is exhausted.
  template <class T>
  T& add(std::vector<T>& objects) {
    T& added = budget_.add(objects);
    if (budget_.exhausted()) fail("DecodeBudget", "exhausted");
    return added;
  }

 private:
  bool scan_string(std::string* out, bool& paired);
  bool read_escape(std::string* out, bool& paired);
  bool read_hex4(uint32_t& value);
  bool read_literal(std::string_view rest, std::string_view operation);
  bool read_number();
  bool read_array();
  bool read_object();

  std::string_view text_;
  size_t at_ = 0;
  size_t taken_ = 0;  ///< bytes that the last next() returned: none at the end
  int depth_ = 0;
  DecodeBudget budget_;
  std::string error_;
};

/// `expect <expected>, but found <c>`; the byte stands there as it is, even a zero.
std::string found(std::string_view expected, char c);

/// Decodes the escapes of a raw string that a cursor has passed over. False where a surrogate has no partner.
bool unescape_json(std::string_view raw, std::string& out);

}  // namespace sleipnir::api
