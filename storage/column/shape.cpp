#include "storage/column/shape.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <bit>

#include <xxhash.h>

#include "storage/bytes.h"
#include "storage/column/json_cut.h"
#include "storage/column/leading_digits.h"
#include "storage/column/logfmt_cut.h"
#include "storage/column/short_bytes.h"
#include "storage/column/word_stop.h"

namespace sleipnir::storage {
namespace {

/// First byte from `at` on that stop() marks: of 16 bytes at once, and of one.
template <class Stop>
size_t find_stop(std::string_view s, size_t at, Stop stop) {
#ifdef __SSE2__
  const auto stops = [&](size_t from) { return static_cast<unsigned>(_mm_movemask_epi8(stop(_mm_loadu_si128(reinterpret_cast<const __m128i*>(s.data() + from))))); };
  for (; at + 16 <= s.size(); at += 16)
    if (const unsigned mask = stops(at)) return at + static_cast<size_t>(std::countr_zero(mask));
  if (s.size() >= 16 && at < s.size()) {
    const unsigned mask = stops(s.size() - 16) >> (16 - (s.size() - at));
    return mask ? at + static_cast<size_t>(std::countr_zero(mask)) : s.size();
  }
#endif
  while (at < s.size() && !stop(s[at])) ++at;
  return at;
}

/// Of plain string content: quote, backslash, control, or >= 0x80.
struct PlainStop {
  bool operator()(char c) const { return static_cast<signed char>(c) < 0x20 || c == '"' || c == '\\'; }
#ifdef __SSE2__
  // The comparison is signed: bytes >= 0x80 are negative and count as below 0x20.
  __m128i operator()(__m128i x) const {
    return _mm_or_si128(_mm_cmplt_epi8(x, _mm_set1_epi8(0x20)), _mm_or_si128(_mm_cmpeq_epi8(x, _mm_set1_epi8('"')), _mm_cmpeq_epi8(x, _mm_set1_epi8('\\'))));
  }
#endif
};

size_t plain_end(std::string_view s, size_t at) { return find_stop(s, at, PlainStop()); }

size_t word_end(std::string_view s, size_t at) { return find_stop(s, at, WordStop()); }

size_t text_end(std::string_view s, size_t at) {
  for (;;) {
    at = plain_end(s, at);
    if (at >= s.size()) return std::string_view::npos;
    const auto c = static_cast<unsigned char>(s[at]);
    if (c == '"') return at;
    if (c < 0x20) return std::string_view::npos;
    at += c == '\\' ? 2 : 1;
  }
}

size_t number_end(std::string_view s, size_t at) {
  const size_t npos = std::string_view::npos;
  const auto digits = [&] {
    const size_t count = leading_digits(s, at).count;
    at += count;
    return count;
  };
  if (at < s.size() && s[at] == '-') ++at;
  const size_t integer = at;
  if (!digits() || (s[integer] == '0' && at - integer > 1)) return npos;
  if (at < s.size() && s[at] == '.') {
    ++at;
    if (!digits()) return npos;
  }
  if (at < s.size() && (s[at] | 0x20) == 'e') {
    ++at;
    if (at < s.size() && (s[at] == '+' || s[at] == '-')) ++at;
    if (!digits()) return npos;
  }
  return at;
}

/// value_end, to be inlined where whole lines are cut.
inline size_t end_of_value(SlotKind kind, std::string_view line, size_t at) {
  switch (kind) {
    case SlotKind::kPlain: {
      const size_t end = plain_end(line, at);
      return end < line.size() && line[end] == '"' ? end : std::string_view::npos;
    }
    case SlotKind::kText: return text_end(line, at);
    case SlotKind::kNumber: return number_end(line, at);
    case SlotKind::kBool: return line.substr(at, 4) == "true" ? at + 4 : line.substr(at, 5) == "false" ? at + 5 : std::string_view::npos;
    case SlotKind::kArray: return json_array_end(line, at);
    case SlotKind::kWord: return word_end(line, at);
  }
  return std::string_view::npos;
}

}  // namespace

size_t value_end(SlotKind kind, std::string_view line, size_t at) { return end_of_value(kind, line, at); }

size_t Shape::constant_bytes() const {
  size_t n = 0;
  for (const std::string& p : pieces) n += p.size();
  return n;
}

void Shape::append_line(const std::vector<std::string_view>& values, std::string& out) const {
  for (size_t i = 0; i < slots.size(); ++i) {
    out += pieces[i];
    out += values[i];
  }
  out += pieces.back();
}

bool match_shape(const Shape& shape, std::string_view line, std::vector<std::string_view>& values) {
  const size_t slots = shape.slots.size();
  values.resize(slots);
  size_t at = 0;
  for (size_t i = 0;; ++i) {
    const std::string& piece = shape.pieces[i];
    if (line.size() - at < piece.size() || !same_bytes(line.data() + at, piece.data(), piece.size())) return false;
    at += piece.size();
    if (i == slots) return at == line.size();
    const size_t end = end_of_value(shape.slots[i].kind, line, at);
    if (end == std::string_view::npos) return false;
    // A kText slot whose value is plain belongs to the shape with a plain slot: one line, one shape.
    if (shape.slots[i].kind == SlotKind::kText && plain_end(line, at) == end) return false;
    values[i] = line.substr(at, end - at);
    at = end;
  }
}

uint32_t ShapeTable::field(Field f) {
  std::string key(1, static_cast<char>(f.format));
  put_varint(key, f.occurrence);
  for (const std::string& part : f.path) put_bytes(key, part);
  const auto [it, fresh] = field_ids_.try_emplace(std::move(key), static_cast<uint32_t>(fields_.size()));
  if (fresh) fields_.push_back(std::move(f));
  return it->second;
}

uint32_t ShapeTable::add(Shape&& shape) {
  uint64_t hash = static_cast<uint64_t>(shape.format);
  for (const std::string& p : shape.pieces) hash = XXH3_64bits_withSeed(p.data(), p.size(), hash);
  for (const Slot& s : shape.slots) hash = (hash ^ (static_cast<uint64_t>(s.kind) << 32 | s.field)) * 0x9e3779b97f4a7c15ull;
  const auto [from, to] = by_hash_.equal_range(hash);
  for (auto it = from; it != to; ++it)
    if (shapes_[it->second] == shape) return it->second;
  if (shapes_.size() >= kMaxShapes) return kRaw;
  by_hash_.emplace(hash, static_cast<uint32_t>(shapes_.size()));
  shapes_.push_back(std::move(shape));
  return static_cast<uint32_t>(shapes_.size() - 1);
}

uint32_t ShapeTable::cut(std::string_view line, uint32_t predicted, std::vector<std::string_view>& values) {
  if (predicted != kRaw && match_shape(shapes_[predicted], line, values)) return predicted;
  for (uint32_t i = 0; i < shapes_.size(); ++i)
    if (i != predicted && match_shape(shapes_[i], line, values)) return i;
  Shape shape;
  if (line.empty() || !(line[0] == '{' ? cut_json(line, *this, shape, values) : cut_logfmt(line, *this, shape, values))) return kRaw;
  return add(std::move(shape));
}

}  // namespace sleipnir::storage
