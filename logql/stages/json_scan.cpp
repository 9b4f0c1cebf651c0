#include "logql/stages/json_scan.h"

#include <algorithm>
#include <cstdint>

#include "base/text.h"
#include "logql/stages/escapes.h"
#include "logql/stages/stage.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace sleipnir::logql::json {
namespace {

/// First of the bytes `a`, `b`, `c` at or after `i`, or the size of the text.
size_t find_any(std::string_view text, size_t i, char a, char b, char c) {
#if defined(__SSE2__)
  const __m128i va = _mm_set1_epi8(a), vb = _mm_set1_epi8(b), vc = _mm_set1_epi8(c);
  for (; i + 16 <= text.size(); i += 16) {
    const __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + i));
    const __m128i hit = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(x, va), _mm_cmpeq_epi8(x, vb)), _mm_cmpeq_epi8(x, vc));
    if (int mask = _mm_movemask_epi8(hit)) return i + __builtin_ctz(mask);
  }
#endif
  while (i < text.size() && text[i] != a && text[i] != b && text[i] != c) ++i;
  return i;
}

bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

size_t token_end(std::string_view text, size_t i) {
  while (i < text.size() && !is_blank(text[i]) && text[i] != ',' && text[i] != '}' && text[i] != ']') ++i;
  return i;
}

/// Kind of a value that is neither string nor block; nullopt for none.
std::optional<Kind> word_kind(std::string_view word) {
  if (word.empty()) return {};
  if (word == "true" || word == "false") return Kind::kBoolean;
  if (word == "null") return Kind::kNull;
  if (word[0] == '-' || (word[0] >= '0' && word[0] <= '9')) return Kind::kNumber;
  return {};
}

/// As block_end for `{`, and notes every object that ends inside.
size_t object_end(std::string_view text, size_t i, Blocks& blocks) {
  blocks.clear();
  std::vector<size_t> open;  // indices into blocks
  while ((i = find_any(text, i, '"', '{', '}')) < text.size()) {
    if (text[i] == '"') {
      bool escaped;
      i = string_end(text, i + 1, escaped);
      if (i == kNone) return kNone;
      continue;
    }
    if (text[i++] == '{') {
      open.push_back(blocks.size());
      blocks.emplace_back(text.data() + i - 1, nullptr);
      continue;
    }
    blocks[open.back()].second = text.data() + i;
    open.pop_back();
    if (open.empty()) return i;
  }
  return kNone;
}

size_t put_utf8(char* out, uint32_t rune) {
  std::string bytes;
  append_utf8(bytes, rune);
  std::memcpy(out, bytes.data(), bytes.size());
  return bytes.size();
}

/// Resolves `\uXXXX` (text[i] is the first digit), surrogate pairs included. Returns the number of bytes read, 0 when wrong.
size_t unescape_unicode(std::string_view text, size_t i, uint32_t& rune) {
  const int high = hex4(text, i);
  if (high < 0) return 0;
  rune = static_cast<uint32_t>(high);
  if (high < 0xD800 || high > 0xDFFF) return 4;
  if (i + 6 > text.size()) return 0;
  const int low = hex4(text, i + 6);  // the two bytes between are taken for `\u` unseen
  if (low < 0xDC00) return 0;
  rune = 0x10000 + ((rune - 0xD800) << 10) + static_cast<uint32_t>(low - 0xDC00);
  return 10;
}

}  // namespace

size_t skip_blanks(std::string_view text, size_t i) {
  while (i < text.size() && is_blank(text[i])) ++i;
  return i < text.size() ? i : kNone;
}

size_t string_end(std::string_view text, size_t i, bool& escaped) {
  escaped = false;
  while ((i = find_any(text, i, '"', '\\', '"')) < text.size()) {
    if (text[i] == '"') return i + 1;
    escaped = true;
    i += 2;
  }
  return kNone;
}

size_t block_end(std::string_view text, size_t i, char open, char close) {
  size_t level = 0;
  while ((i = find_any(text, i, '"', open, close)) < text.size()) {
    if (text[i] == '"') {
      bool escaped;
      i = string_end(text, i + 1, escaped);
      if (i == kNone) return kNone;
      continue;
    }
    level += text[i] == open ? 1 : -1;
    ++i;
    if (level == 0) return i;
  }
  return kNone;
}

std::string_view read_value(std::string_view text, size_t i, Value& value) {
  i = skip_blanks(text, i);
  if (i == kNone) return kMalformed;
  if (text[i] == '"') {
    bool escaped;
    const size_t end = string_end(text, i + 1, escaped);
    if (end == kNone) return kOpenString;
    value = {Kind::kString, text.substr(i + 1, end - i - 2), end};
    return {};
  }
  if (text[i] == '{' || text[i] == '[') {
    const bool object = text[i] == '{';
    const size_t end = block_end(text, i, text[i], object ? '}' : ']');
    if (end == kNone) return object ? kOpenObject : kOpenArray;
    value = {object ? Kind::kObject : Kind::kArray, text.substr(i, end - i), end};
    return {};
  }
  const size_t end = token_end(text, i);
  const auto kind = word_kind(text.substr(i, end - i));
  if (!kind) return kUnknownValue;
  value = {*kind, text.substr(i, end - i), end};
  return {};
}

std::optional<std::string_view> unescape(std::string_view text, Arena& arena) {
  size_t slash = text.find('\\');
  if (slash == kNone) return text;
  char* const out = arena.reserve(text.size());  // an escape never grows
  size_t n = 0, i = 0;
  while (slash != kNone) {
    std::memcpy(out + n, text.data() + i, slash - i);
    n += slash - i;
    if (slash + 1 >= text.size()) return {};
    i = slash + 2;
    if (text[slash + 1] == 'u') {
      uint32_t rune;
      const size_t length = unescape_unicode(text, i, rune);
      if (length == 0) return {};
      n += put_utf8(out + n, rune);
      i += length;
    } else if (const char c = simple_escape(text[slash + 1])) {
      out[n++] = c;
    } else {
      return {};
    }
    slash = text.find('\\', i);
  }
  std::memcpy(out + n, text.data() + i, text.size() - i);
  return arena.commit(out, n + text.size() - i);
}

std::string_view label_value(std::string_view text, Arena& arena) {
  const auto plain = unescape(text, arena);
  return plain ? label_text(*plain, arena) : std::string_view();
}

ObjectReader::Step ObjectReader::next(Arena& arena) {
  if (ended_) return Step::kEnd;
  if (!started_ ? !open() : !after_value()) return error_.empty() ? Step::kEnd : Step::kError;
  if (text_[at_] == '}') {
    ended_ = true;
    return Step::kEnd;
  }
  if (text_[at_] != '"') return fail(kOpenObject);
  if (!read_key(arena)) return Step::kError;
  at_ = skip_blanks(text_, at_);
  if (at_ == kNone || text_[at_] != ':') return fail(kMalformed);
  ++at_;
  if (blocks_) {
    const size_t start = skip_blanks(text_, at_);
    if (start != kNone && text_[start] == '{') {
      at_ = start;
      if (!read_object_end()) return fail(kOpenObject);
      at_ = value_.end;
      return Step::kMember;
    }
  }
  if (const auto error = read_value(text_, at_, value_); !error.empty()) return fail(error);
  at_ = value_.end;
  return Step::kMember;
}

bool ObjectReader::open() {
  started_ = true;
  at_ = skip_blanks(text_, 0);
  if (at_ == kNone || text_[at_] != '{') return fail(kOpenObject), false;
  at_ = skip_blanks(text_, at_ + 1);
  if (at_ == kNone) return fail(kMalformed), false;
  return true;
}

bool ObjectReader::after_value() {
  at_ = skip_blanks(text_, at_);
  if (at_ == kNone) return fail(kOpenArray), false;
  if (text_[at_] == '}') return true;
  if (text_[at_] != ',') return fail(kOpenObject), false;
  at_ = skip_blanks(text_, at_ + 1);
  if (at_ == kNone) return fail(kOpenArray), false;
  return true;
}

bool ObjectReader::read_key(Arena& arena) {
  bool escaped;
  const size_t begin = at_ + 1;
  at_ = string_end(text_, begin, escaped);
  if (at_ == kNone) return fail(kMalformed), false;
  key_ = text_.substr(begin, at_ - begin - 1);
  if (!escaped) return true;
  const auto plain = unescape(key_, arena);
  if (!plain) return fail(kBadEscape), false;
  key_ = *plain;
  return true;
}

bool ObjectReader::read_object_end() {
  const char* const begin = text_.data() + at_;
  size_t end = kNone;
  if (!inner_) {
    end = object_end(text_, at_, *blocks_);
  } else {
    // What the outer scan saw as an object has the same end for this one; anything else (a brace it took for text) is scanned.
    const auto known = std::lower_bound(blocks_->begin(), blocks_->end(), begin, [](const auto& b, const char* p) { return b.first < p; });
    if (known != blocks_->end() && known->first == begin && known->second && known->second <= text_.data() + text_.size()) {
      end = static_cast<size_t>(known->second - text_.data());
    } else {
      end = block_end(text_, at_, '{', '}');
    }
  }
  if (end == kNone) return false;
  value_ = {Kind::kObject, text_.substr(at_, end - at_), end};
  return true;
}

}  // namespace sleipnir::logql::json
