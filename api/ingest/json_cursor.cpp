#include "api/ingest/json_cursor.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/text.h"

namespace sleipnir::api {
namespace {

constexpr int kMaxDepth = 1000;

/// Loki's decoder sees the body in pieces of this size: its errors quote within one, and it forgives control characters in later ones.
constexpr size_t kReaderBytes = 512;

constexpr uint64_t repeat(uint8_t byte) { return 0x0101010101010101ull * byte; }

/// High bit set in each byte that is zero; bytes above the first such one may be wrong, which does not matter to who looks for the first.
constexpr uint64_t zero_bytes(uint64_t v) { return (v - repeat(1)) & ~v & repeat(0x80); }

/// Offset of the first quote, backslash or control character at or after `i`, or the size.
size_t find_special(std::string_view s, size_t i) {
  if constexpr (std::endian::native == std::endian::little) {
    for (; i + 8 <= s.size(); i += 8) {
      uint64_t v;
      std::memcpy(&v, s.data() + i, 8);
      const uint64_t control = (v - repeat(' ')) & ~v & repeat(0x80);
      const uint64_t hit = zero_bytes(v ^ repeat('"')) | zero_bytes(v ^ repeat('\\')) | control;
      if (hit) return i + std::countr_zero(hit) / 8;
    }
  }
  for (; i < s.size(); ++i)
    if (s[i] == '"' || s[i] == '\\' || static_cast<uint8_t>(s[i]) < ' ') break;
  return i;
}

bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

constexpr bool is_high_surrogate(uint32_t r) { return r >= 0xD800 && r < 0xDC00; }
constexpr bool is_low_surrogate(uint32_t r) { return r >= 0xDC00 && r < 0xE000; }

}  // namespace

std::string found(std::string_view expected, char c) {
  std::string text = "expect ";
  text += expected;
  text += ", but found ";
  text += c;
  return text;
}

bool JsonCursor::fail(std::string_view operation, std::string_view message) {
  if (failed()) return false;
  const size_t piece = at_ == 0 ? 0 : (at_ - 1) / kReaderBytes * kReaderBytes;
  const size_t tail = std::min(text_.size(), piece + kReaderBytes);
  const auto around = [&](size_t width) {
    const size_t from = std::max(piece, at_ < width ? 0 : at_ - width);
    return text_.substr(from, std::min(tail, at_ + width) - from);
  };
  const size_t offset = at_ - std::max(piece, at_ < 10 ? 0 : at_ - 10);
  error_.append(operation).append(": ").append(message).append(", error found in #").append(std::to_string(offset));
  error_.append(" byte of ...|").append(around(10)).append("|..., bigger context ...|").append(around(50)).append("|...");
  return false;
}

char JsonCursor::next() {
  size_t i = at_;
  while (i < text_.size() && is_blank(text_[i])) ++i;
  taken_ = i < text_.size();
  if (taken_ == 0) return 0;
  at_ = i + 1;
  return text_[i];
}

bool JsonCursor::read_name(std::string_view operation, std::string& name) {
  if (const char c = next(); c != '"') return fail(operation, found("\"", c));
  bool paired = true;
  if (!read_string(name, paired)) return false;
  if (const char c = next(); c != ':') return fail(operation, found(":", c));
  return true;
}

bool JsonCursor::read_string(std::string& out, bool& paired) {
  out.clear();
  return scan_string(&out, paired);
}

bool JsonCursor::read_line(LineText& line, bool& paired) {
  if (const size_t end = find_special(text_, at_); end < text_.size() && text_[end] == '"') {
    line = LineText::borrowed(text_.substr(at_, end - at_));
    at_ = end + 1;
    return true;
  }
  std::string own;
  if (!read_string(own, paired)) return false;
  line = std::move(own);
  return true;
}

bool JsonCursor::read_text(std::string& out) {
  const char first = next();
  bool paired = true;
  if (first == '"') return read_string(out, paired);
  if (first == 'n') return read_null();
  return fail("ReadString", std::string("expects \" or n, but found ") + first);
}

bool JsonCursor::read_raw_string(std::string_view& raw) {
  const size_t start = at_;
  bool paired = true;
  if (!scan_string(nullptr, paired)) return false;
  raw = text_.substr(start, at_ - 1 - start);
  return true;
}

bool JsonCursor::scan_string(std::string* out, bool& paired) {
  const size_t start = at_;
  bool escaped = false;
  size_t run = at_;
  for (size_t i = at_;;) {
    i = find_special(text_, i);
    if (i == text_.size()) {
      at_ = i;
      return fail("readStringSlowPath", "unexpected end of input");
    }
    const char c = text_[i];
    if (c != '"' && c != '\\') {
      const bool same_piece = start / kReaderBytes == i / kReaderBytes;
      if (!escaped && same_piece) return fail("ReadString", "invalid control character found: " + std::to_string(c));
      ++i;
      continue;
    }
    if (out) out->append(text_, run, i - run);
    at_ = i + 1;
    if (c == '"') return true;
    escaped = true;
    if (!read_escape(out, paired)) return false;
    run = i = at_;
  }
}

bool JsonCursor::read_escape(std::string* out, bool& paired) {
  if (at_ == text_.size()) return fail("readStringSlowPath", "unexpected end of input");
  const char c = text_[at_++];
  char plain = 0;
  switch (c) {
    case '"': case '\\': case '/': plain = c; break;
    case 'b': plain = '\b'; break;
    case 'f': plain = '\f'; break;
    case 'n': plain = '\n'; break;
    case 'r': plain = '\r'; break;
    case 't': plain = '\t'; break;
    case 'u': break;
    default: return fail("readEscapedChar", "invalid escape char after \\");
  }
  if (plain) {
    if (out) out->push_back(plain);
    return true;
  }
  uint32_t rune = 0, low = 0;
  if (!read_hex4(rune)) return false;
  if (is_high_surrogate(rune) && text_.substr(at_, 2) == "\\u") {
    const size_t back = at_;
    at_ += 2;
    if (!read_hex4(low)) return false;
    if (is_low_surrogate(low)) rune = 0x10000 + ((rune - 0xD800) << 10) + (low - 0xDC00);
    else at_ = back;
  }
  if (is_high_surrogate(rune) || is_low_surrogate(rune)) {
    paired = false;
    rune = 0xFFFD;
  }
  if (out) append_utf8(*out, rune);
  return true;
}

bool JsonCursor::read_hex4(uint32_t& value) {
  value = 0;
  for (int i = 0; i < 4; ++i) {
    if (at_ == text_.size()) return fail("readU4", "unexpected end of input");
    const char c = text_[at_++];
    uint32_t digit = 0;
    if (c >= '0' && c <= '9') digit = c - '0';
    else if (c >= 'a' && c <= 'f') digit = c - 'a' + 10;
    else if (c >= 'A' && c <= 'F') digit = c - 'A' + 10;
    else return fail("readU4", std::string("expects 0~9 or a~f, but found ") + c);
    value = value * 16 + digit;
  }
  return true;
}

bool JsonCursor::read_literal(std::string_view rest, std::string_view operation) {
  if (text_.substr(at_, rest.size()) != rest) return fail(operation, "expect " + std::string(rest));
  at_ += rest.size();
  return true;
}

bool JsonCursor::read_null() { return read_literal("ull", "skipThreeBytes"); }

bool JsonCursor::read_number() {
  constexpr std::string_view kNumberBytes = "0123456789+-.eE";
  const size_t end = std::min(text_.find_first_not_of(kNumberBytes, at_), text_.size());
  const char last = text_[end - 1];
  at_ = end;
  if (last < '0' || last > '9') return fail("readNumberAsString", "invalid number");
  return true;
}

bool JsonCursor::read_value(Value& value) { return read_value_from(next(), value); }

bool JsonCursor::read_value_from(char first, Value& value) {
  const size_t start = at_ - 1;
  bool ok = false;
  switch (first) {
    case '"': value.kind = Kind::kString; return read_raw_string(value.raw);
    case 'n': value.kind = Kind::kNull; ok = read_null(); break;
    case 't': value.kind = Kind::kBool; ok = read_literal("rue", "skipThreeBytes"); break;
    case 'f': value.kind = Kind::kBool; ok = read_literal("alse", "skipFourBytes"); break;
    case '[': value.kind = Kind::kArray; ok = read_array(); break;
    case '{': value.kind = Kind::kObject; ok = read_object(); break;
    case '-': case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7': case '8': case '9':
      value.kind = Kind::kNumber;
      ok = read_number();
      break;
    default: return fail("Skip", "do not know how to skip: " + std::to_string(static_cast<uint8_t>(first)));
  }
  if (ok) value.raw = text_.substr(start, at_ - start);
  return ok;
}

bool JsonCursor::read_array() {
  if (++depth_ > kMaxDepth) return fail("incrementDepth", "exceeded max depth");
  Value element;
  if (!read_elements([&] { return read_value(element); })) return false;
  --depth_;
  return !failed();
}

bool JsonCursor::read_object() {
  if (++depth_ > kMaxDepth) return fail("incrementDepth", "exceeded max depth");
  const char c = next();
  if (c == '"') {
    unread();
    Value member;
    do {
      std::string_view name;
      if (const char quote = next(); quote != '"') return fail("ReadString", std::string("expects \" or n, but found ") + quote);
      if (!read_raw_string(name)) return false;
      if (const char colon = next(); colon != ':') return fail("ReadObject", std::string("expect : after object field, but found ") + colon);
      if (!read_value(member)) return false;
    } while (more_members("ReadObjectCB", "object not ended with }"));
  } else if (c != '}') {
    return fail("ReadObjectCB", std::string("expect \" after {, but found ") + c);
  }
  --depth_;
  return !failed();
}

bool JsonCursor::more_members(std::string_view operation, std::string_view message) {
  if (failed()) return false;
  const char c = next();
  if (c == ',') return true;
  if (c != '}') fail(operation, message.ends_with(' ') ? std::string(message) + c : std::string(message));
  return false;
}

bool JsonCursor::more_elements(std::string_view operation, std::string_view message) {
  if (failed()) return false;
  const char c = next();
  if (c == ',') return true;
  if (c != ']') fail(operation, std::string(message) + c);
  return false;
}

bool unescape_json(std::string_view raw, std::string& out) {
  out.clear();
  if (raw.find('\\') == std::string_view::npos) {
    out = raw;
    return true;
  }
  std::string quoted(raw);
  quoted += '"';
  JsonCursor cursor(quoted);
  bool paired = true;
  return cursor.read_string(out, paired) && paired;
}

}  // namespace sleipnir::api
