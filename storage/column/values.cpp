#include "storage/column/values.h"

#include <algorithm>

#include "storage/column/value_form.h"

namespace sleipnir::storage {

bool TextTest::holds(std::string_view value) const {
  switch (op) {
    case Op::kContains: return value.find(text) != std::string_view::npos;
    case Op::kStartsWith: return value.starts_with(text);
    case Op::kEndsWith: return value.ends_with(text);
    case Op::kEquals: return value == text;
  }
  return false;
}

std::vector<ValueForm> Values::forms() const { return {}; }
void Values::codes(uint32_t, std::span<uint32_t> out) const { std::fill(out.begin(), out.end(), 0); }
void Values::numbers(uint32_t, std::span<double> out) const { std::fill(out.begin(), out.end(), 0.0); }

void Values::test(const TextTest& test, std::span<uint8_t> hits) const {
  if (const uint32_t n = entries()) {
    std::vector<uint8_t> holds(n);
    for (uint32_t e = 0; e < n; ++e) holds[e] = test.holds(entry(e));
    std::vector<uint32_t> code(size());
    codes(0, code);
    for (uint32_t i = 0; i < size(); ++i) hits[i] = holds[code[i]];
    return;
  }
  std::string value;
  for (uint32_t i = 0; i < size(); ++i) {
    value.clear();
    append(i, value);
    hits[i] = test.holds(value);
  }
}

void encode_values(const ValuesInput& input, std::string& out) {
  static constexpr bool (*kWriters[])(const ValuesInput&, std::string&) = {write_constant, write_dictionary, write_number, write_time, write_hex, write_template};
  for (uint8_t i = 0; i < std::size(kWriters); ++i) {
    static constexpr Encoding kEncodings[] = {Encoding::kConstant, Encoding::kDictionary, Encoding::kNumber, Encoding::kTime, Encoding::kHex, Encoding::kTemplate};
    out += static_cast<char>(kEncodings[i]);
    if (kWriters[i](input, out)) return;
    out.pop_back();
  }
  out += static_cast<char>(Encoding::kText);
  write_text(input.values, out);
}

Result<std::unique_ptr<Values>> open_values(std::string_view bytes, uint32_t size, std::span<const Nanos> timestamps, const Values* other) {
  std::unique_ptr<Values> column;
  if (!bytes.empty()) {
    const std::string_view body = bytes.substr(1);
    switch (static_cast<Encoding>(bytes[0])) {
      case Encoding::kConstant: column = read_constant(body, size); break;
      case Encoding::kDictionary: column = read_dictionary(body, size); break;
      case Encoding::kNumber: column = read_number(body, size); break;
      case Encoding::kHex: column = read_hex(body, size); break;
      case Encoding::kTime: column = read_time(body, size, timestamps); break;
      case Encoding::kTemplate: column = read_template(body, size); break;
      case Encoding::kReference: column = other ? read_reference(body, size, *other) : nullptr; break;
      case Encoding::kText: column = read_text(body, size); break;
    }
  }
  if (!column) return Error{ErrorKind::kCorrupt, "field chunk is damaged"};
  return column;
}

}  // namespace sleipnir::storage
