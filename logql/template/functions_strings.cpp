#include <algorithm>

#include "base/text.h"
#include "logql/template/function.h"
#include "logql/template/runes.h"

namespace sleipnir::logql::gotemplate {
namespace {

constexpr Param kS = Param::kString, kI = Param::kInt;

Value lower(Call& c) { return c.keep(to_lower(c.text(0))); }
Value upper(Call& c) { return c.keep(to_upper(c.text(0))); }

/// Letters, digits and underscores continue a word; beyond ASCII only white space ends one.
bool separates(char32_t r) {
  if (r < 0x80) return !is_word(r);
  return !is_word(r) && is_space(r);
}

Value title(Call& c) {
  const std::string_view s = c.text(0);
  std::string out;
  out.reserve(s.size());
  char32_t before = ' ', r;
  for (size_t i = 0; i < s.size(); before = r) {
    i += decode_utf8(s, i, r);
    append_utf8(out, separates(before) ? rune_title(r) : r);
  }
  return c.keep(std::move(out));
}

/// Go's strings.Replace: an empty `from` matches before every code point and at the end.
Value replace_in(Call& c, std::string_view s, std::string_view from, std::string_view to, int64_t limit) {
  if (from == to || limit == 0) return Value::of_text(s);
  std::string out;
  size_t at = 0;
  char32_t r;
  for (int64_t n = 0; limit < 0 || n < limit; ++n) {
    size_t hit = at;
    if (!from.empty()) hit = s.find(from, at);
    else if (n > 0) hit = at < s.size() ? at + decode_utf8(s, at, r) : std::string_view::npos;
    if (hit == std::string_view::npos) break;
    out += s.substr(at, hit - at);
    out += to;
    at = hit + from.size();
    if (out.size() > kMaxText) return c.fail(std::string(kTextTooLong));
  }
  out += s.substr(at);
  return c.keep(std::move(out));
}

Value replace_counted(Call& c) { return replace_in(c, c.text(0), c.text(1), c.text(2), c.integer(3)); }
Value replace(Call& c) { return replace_in(c, c.text(2), c.text(0), c.text(1), -1); }

bool contains_rune(std::string_view set, char32_t r) {
  char32_t member;
  for (size_t i = 0; i < set.size();) {
    i += decode_utf8(set, i, member);
    if (member == r) return true;
  }
  return false;
}

std::string_view trim_left(std::string_view s, std::string_view set) {
  char32_t r;
  for (size_t n; !s.empty(); s.remove_prefix(n)) {
    n = decode_utf8(s, 0, r);
    if (!contains_rune(set, r)) break;
  }
  return s;
}

/// Start of the last code point.
size_t last_rune(std::string_view s, char32_t& r) {
  const size_t earliest = s.size() > 4 ? s.size() - 4 : 0;
  for (size_t i = s.size() - 1;; --i) {
    if (i + decode_utf8(s, i, r) == s.size()) {
      // A lone continuation byte decodes as one byte; look for the lead byte that owns it.
      if (r != 0xFFFD || s.size() - i > 1 || i == earliest) return i;
    }
    if (i == earliest) break;
  }
  r = 0xFFFD;
  return s.size() - 1;
}

std::string_view trim_right(std::string_view s, std::string_view set) {
  char32_t r;
  while (!s.empty()) {
    const size_t start = last_rune(s, r);
    if (!contains_rune(set, r)) break;
    s = s.substr(0, start);
  }
  return s;
}

std::string_view without_prefix(std::string_view s, std::string_view prefix) { return s.starts_with(prefix) ? s.substr(prefix.size()) : s; }
std::string_view without_suffix(std::string_view s, std::string_view suffix) {
  return s.ends_with(suffix) ? s.substr(0, s.size() - suffix.size()) : s;
}

Value trim_set(Call& c) { return Value::of_text(trim_right(trim_left(c.text(0), c.text(1)), c.text(1))); }
Value trim_all(Call& c) { return Value::of_text(trim_right(trim_left(c.text(1), c.text(0)), c.text(0))); }
Value trim_set_left(Call& c) { return Value::of_text(trim_left(c.text(0), c.text(1))); }
Value trim_set_right(Call& c) { return Value::of_text(trim_right(c.text(0), c.text(1))); }
Value trim_prefix_of(Call& c) { return Value::of_text(without_prefix(c.text(0), c.text(1))); }
Value trim_suffix_of(Call& c) { return Value::of_text(without_suffix(c.text(0), c.text(1))); }
Value trim_prefix(Call& c) { return Value::of_text(without_prefix(c.text(1), c.text(0))); }
Value trim_suffix(Call& c) { return Value::of_text(without_suffix(c.text(1), c.text(0))); }
Value trim(Call& c) { return Value::of_text(trim_space(c.text(0))); }

Value trunc(Call& c) {
  const int64_t n = c.integer(0), size = static_cast<int64_t>(c.text(1).size());
  if (n >= 0) return Value::of_text(c.text(1).substr(0, std::min(n, size)));
  return Value::of_text(n > -size ? c.text(1).substr(size + n) : c.text(1));
}

Value out_of_range(Call& c, const std::string& bounds) { return c.fail("runtime error: slice bounds out of range [" + bounds); }

/// s[start:end] in bytes with Go's bounds checks.
Value substr(Call& c) {
  const int64_t start = c.integer(0), end = c.integer(1), size = static_cast<int64_t>(c.text(2).size());
  const std::string_view s = c.text(2);
  if (start < 0) {
    if (end < 0) return out_of_range(c, ':' + std::to_string(end) + ']');
    if (end > size) return out_of_range(c, ':' + std::to_string(end) + "] with length " + std::to_string(size));
    return Value::of_text(s.substr(0, end));
  }
  const int64_t stop = end < 0 || end > size ? size : end;
  if (start > stop) return out_of_range(c, std::to_string(start) + ':' + std::to_string(stop) + ']');
  return Value::of_text(s.substr(start, stop - start));
}

Value contains(Call& c) { return Value::of_bool(c.text(1).find(c.text(0)) != std::string_view::npos); }
Value has_prefix(Call& c) { return Value::of_bool(c.text(1).starts_with(c.text(0))); }
Value has_suffix(Call& c) { return Value::of_bool(c.text(1).ends_with(c.text(0))); }

/// False, and the call failed, where `n` copies of `size` bytes are no text.
bool repeatable(Call& c, int64_t n, size_t size) {
  if (n < 0) return c.fail("strings: negative Repeat count"), false;
  if (size > 0 && static_cast<uint64_t>(n) > kMaxText / size) return c.fail(std::string(kTextTooLong)), false;
  return true;
}

Value repeat(Call& c) {
  const std::string_view s = c.text(1);
  if (!repeatable(c, c.integer(0), s.size())) return {};
  if (s.empty()) return Value::of_text({});
  std::string out;
  out.reserve(s.size() * c.integer(0));
  for (int64_t i = 0; i < c.integer(0); ++i) out += s;
  return c.keep(std::move(out));
}

Value indent_after(Call& c, std::string out) {
  const std::string_view s = c.text(1);
  const size_t lines = std::count(s.begin(), s.end(), '\n') + 1;
  if (!repeatable(c, c.integer(0), lines)) return {};
  const std::string pad(c.integer(0), ' ');
  out.reserve(out.size() + s.size() + lines * pad.size());
  out += pad;
  for (const char b : s) {
    out += b;
    if (b == '\n') out += pad;
  }
  return c.keep(std::move(out));
}

Value indent(Call& c) { return indent_after(c, ""); }
Value nindent(Call& c) { return indent_after(c, "\n"); }

/// Byte offset of code point `n`, and how many there are.
size_t rune_offset(std::string_view s, int64_t n, int64_t& count) {
  size_t offset = s.size();
  count = 0;
  char32_t r;
  for (size_t i = 0; i < s.size(); ++count) {
    if (count == n) offset = i;
    i += decode_utf8(s, i, r);
  }
  return offset;
}

/// What a cut leaves, with U+FFFD for bytes that are no UTF-8, as Go's conversion from runes gives it.
Value keep_runes(Call& c, std::string_view s) {
  if (valid_utf8(s)) return Value::of_text(s);
  std::string out;
  char32_t r;
  for (size_t i = 0; i < s.size();) {
    i += decode_utf8(s, i, r);
    append_utf8(out, r);
  }
  return c.keep(std::move(out));
}

Value align(Call& c, bool left) {
  const int64_t width = c.integer(0);
  const std::string_view s = c.text(1);
  int64_t count;
  rune_offset(s, 0, count);
  if (width < 0 || width == count) return Value::of_text(s);
  if (width > count) {
    if (!repeatable(c, width - count, 1)) return {};
    const std::string pad(width - count, ' ');
    return c.keep(left ? std::string(s) + pad : pad + std::string(s));
  }
  const size_t cut = rune_offset(s, left ? width : count - width, count);
  return keep_runes(c, left ? s.substr(0, cut) : s.substr(cut));
}

Value align_left(Call& c) { return align(c, true); }
Value align_right(Call& c) { return align(c, false); }

constexpr Function kFunctions[] = {
    {"ToLower", {kS}, lower}, {"lower", {kS}, lower}, {"ToUpper", {kS}, upper}, {"upper", {kS}, upper}, {"title", {kS}, title},
    {"Replace", {kS, kS, kS, kI}, replace_counted}, {"replace", {kS, kS, kS}, replace},
    {"Trim", {kS, kS}, trim_set}, {"TrimLeft", {kS, kS}, trim_set_left}, {"TrimRight", {kS, kS}, trim_set_right},
    {"TrimPrefix", {kS, kS}, trim_prefix_of}, {"TrimSuffix", {kS, kS}, trim_suffix_of}, {"TrimSpace", {kS}, trim},
    {"trim", {kS}, trim}, {"trimAll", {kS, kS}, trim_all}, {"trimPrefix", {kS, kS}, trim_prefix}, {"trimSuffix", {kS, kS}, trim_suffix},
    {"trunc", {kI, kS}, trunc}, {"substr", {kI, kI, kS}, substr},
    {"contains", {kS, kS}, contains}, {"hasPrefix", {kS, kS}, has_prefix}, {"hasSuffix", {kS, kS}, has_suffix},
    {"indent", {kI, kS}, indent}, {"nindent", {kI, kS}, nindent}, {"repeat", {kI, kS}, repeat},
    {"alignLeft", {kI, kS}, align_left}, {"alignRight", {kI, kS}, align_right},
};

}  // namespace

FunctionTable string_functions() { return kFunctions; }

}  // namespace sleipnir::logql::gotemplate
