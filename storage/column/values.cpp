#include "storage/column/values.h"

#include <algorithm>
#include <array>

#include "storage/column/value_form.h"

namespace sleipnir::storage {
namespace {

/// Codes are unpacked in pieces of this many, which stay in the cache.
constexpr size_t kPiece = 1024;

}  // namespace

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

void Values::distinct(std::span<const uint32_t> ranks, std::span<uint32_t> codes, Texts& texts) const {
  std::string text;
  for (size_t i = 0; i < ranks.size(); ++i) {
    text.clear();
    append(ranks[i], text);
    codes[i] = texts.find_or_add(text);
  }
}

void Values::test(const TextTest& test, uint32_t first, std::span<uint8_t> hits) const {
  if (const uint32_t n = entries()) {
    std::vector<uint8_t> holds(n);
    for (uint32_t e = 0; e < n; ++e) holds[e] = test.holds(entry(e));
    std::array<uint32_t, kPiece> code;
    for (size_t at = 0; at < hits.size(); at += kPiece) {
      const auto piece = std::span(code).first(std::min(kPiece, hits.size() - at));
      codes(first + static_cast<uint32_t>(at), piece);
      for (size_t i = 0; i < piece.size(); ++i) hits[at + i] = holds[piece[i]];
    }
    return;
  }
  std::string value;
  for (uint32_t i = 0; i < hits.size(); ++i) {
    value.clear();
    append(first + i, value);
    hits[i] = test.holds(value);
  }
}

uint32_t Texts::append(std::string_view text) {
  constexpr size_t kPieceBytes = 64 << 10;
  if (pieces_.empty() || pieces_.back().capacity() - pieces_.back().size() < text.size()) pieces_.emplace_back().reserve(std::max(kPieceBytes, text.size()));
  std::string& piece = pieces_.back();
  piece += text;
  entries_.emplace_back(piece.data() + piece.size() - text.size(), text.size());
  return static_cast<uint32_t>(entries_.size() - 1);
}

uint32_t Texts::find_or_add(std::string_view text) {
  const uint32_t code = known_.code(text);
  if (code < numbers_.size()) return numbers_[code];
  numbers_.push_back(append(text));
  known_.keep_newest(entries_.back());
  return numbers_.back();
}

void encode_values(const ValuesInput& input, std::string& out) {
  Distinct distinct(kMostEntries);
  std::vector<uint32_t> codes;
  codes.reserve(input.values.size());
  for (const std::string_view v : input.values) {
    codes.push_back(distinct.code(v));
    if (codes.back() == Distinct::kFull) return encode_various(input, out);
  }
  if (!encode_coded({distinct.entries(), codes}, out)) encode_various(input, out);
}

bool encode_coded(const CodedValues& values, std::string& out) {
  if (values.entries.size() <= 1) {
    out += static_cast<char>(Encoding::kConstant);
    if (!values.entries.empty()) out += values.entries[0];
    return true;
  }
  if (values.entries.size() > values.codes.size() / 2) return false;
  out += static_cast<char>(Encoding::kDictionary);
  write_dictionary(values, out);
  return true;
}

void encode_various(const ValuesInput& input, std::string& out) {
  struct Try { Encoding encoding; bool (*write)(const ValuesInput&, std::string&); };
  static constexpr Try kTries[] = {
      {Encoding::kNumber, write_number}, {Encoding::kTime, write_time}, {Encoding::kPadded, write_padded}, {Encoding::kHex, write_hex}, {Encoding::kTemplate, write_template}};
  for (const Try& t : kTries) {
    out += static_cast<char>(t.encoding);
    if (t.write(input, out)) return;
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
      case Encoding::kPadded: column = read_padded(body, size); break;
      case Encoding::kTemplate: column = read_template(body, size); break;
      case Encoding::kReference: column = other ? read_reference(body, size, *other) : nullptr; break;
      case Encoding::kText: column = read_text(body, size); break;
    }
  }
  if (!column) return Error{ErrorKind::kCorrupt, "field chunk is damaged"};
  return column;
}

}  // namespace sleipnir::storage
