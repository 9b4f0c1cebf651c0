#include "base/text.h"

#include <algorithm>
#include <clocale>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <cwctype>
#include <locale.h>

namespace sleipnir {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

/// The first byte at or behind `i` that is not ASCII.
size_t ascii_end(std::string_view s, size_t i) {
  for (uint64_t eight; s.size() - i >= sizeof eight; i += sizeof eight) {
    std::memcpy(&eight, s.data() + i, sizeof eight);
    if (eight & 0x8080808080808080) break;
  }
  while (i < s.size() && static_cast<unsigned char>(s[i]) < 0x80) ++i;
  return i;
}

/// glibc's Unicode tables, whatever the process's own locale is.
locale_t unicode_locale() {
  static const locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  return locale;
}

struct RuneRange { char32_t first, last; };

/// Format characters and private use (Cf, Co), which glibc calls printable and Go does not.
constexpr RuneRange kUnprintable[] = {
    {0xad, 0xad}, {0x600, 0x605}, {0x61c, 0x61c}, {0x6dd, 0x6dd}, {0x70f, 0x70f}, {0x890, 0x891}, {0x8e2, 0x8e2}, {0x180e, 0x180e}, {0x200b, 0x200f}, {0x202a, 0x202e},
    {0x2060, 0x2064}, {0x2066, 0x206f}, {0xe000, 0xf8ff}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0x110bd, 0x110bd}, {0x110cd, 0x110cd}, {0x13430, 0x1343f}, {0x1bca0, 0x1bca3},
    {0x1d173, 0x1d17a}, {0xe0001, 0xe0001}, {0xe0020, 0xe007f}, {0xf0000, 0x10ffff},
};

void append_hex(std::string& out, const char* format, unsigned value) {
  char buffer[16];
  out.append(buffer, static_cast<size_t>(std::snprintf(buffer, sizeof buffer, format, value)));
}

template <class Map>
std::string map_runes(std::string_view s, Map map) {
  std::string out;
  out.reserve(s.size());
  for (size_t i = 0; i < s.size();) {
    char32_t r;
    i += decode_utf8(s, i, r);
    append_utf8(out, map(r));
  }
  return out;
}

}  // namespace

bool is_printable(char32_t r) {
  if (r < 0x7f) return r >= 0x20;
  const auto range = std::lower_bound(std::begin(kUnprintable), std::end(kUnprintable), r, [](const RuneRange& a, char32_t c) { return a.last < c; });
  return (range == std::end(kUnprintable) || r < range->first) && !is_space(r) && iswprint_l(static_cast<wint_t>(r), unicode_locale()) != 0;
}

size_t decode_utf8(std::string_view s, size_t i, char32_t& rune) {
  const auto byte = [&](size_t k) { return static_cast<unsigned char>(s[k]); };
  const unsigned char b = byte(i);
  rune = kReplacement;
  if (b < 0x80) {
    rune = b;
    return 1;
  }
  const size_t length = b >= 0xF0 ? 4 : b >= 0xE0 ? 3 : 2;
  if (b < 0xC2 || b > 0xF4 || i + length > s.size()) return 1;
  char32_t r = b & (0xFF >> (length + 1));
  for (size_t k = 1; k < length; ++k) {
    if ((byte(i + k) & 0xC0) != 0x80) return 1;
    r = r << 6 | (byte(i + k) & 0x3F);
  }
  if ((length == 3 && r < 0x800) || (length == 4 && (r < 0x10000 || r > 0x10FFFF)) || (r >= 0xD800 && r < 0xE000)) return 1;
  rune = r;
  return length;
}

void append_utf8(std::string& out, char32_t r) {
  if (r > 0x10FFFF || (r >= 0xD800 && r < 0xE000)) r = kReplacement;
  if (r < 0x80) {
    out += static_cast<char>(r);
  } else if (r < 0x800) {
    out += static_cast<char>(0xC0 | r >> 6);
    out += static_cast<char>(0x80 | (r & 0x3F));
  } else if (r < 0x10000) {
    out += static_cast<char>(0xE0 | r >> 12);
    out += static_cast<char>(0x80 | (r >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (r & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | r >> 18);
    out += static_cast<char>(0x80 | (r >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (r >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (r & 0x3F));
  }
}

bool valid_utf8(std::string_view s) {
  for (size_t i = ascii_end(s, 0); i < s.size(); i = ascii_end(s, i)) {
    char32_t r;
    const size_t n = decode_utf8(s, i, r);
    if (n == 1) return false;
    i += n;
  }
  return true;
}

std::string replace_invalid_utf8(std::string_view s) {
  std::string out;
  out.reserve(s.size() + 16);
  for (size_t i = 0; i < s.size();) {
    const size_t plain = ascii_end(s, i);
    out.append(s, i, plain - i);
    if ((i = plain) == s.size()) break;
    char32_t r;
    i += decode_utf8(s, i, r);
    append_utf8(out, r);
  }
  return out;
}

std::string go_quote(std::string_view s) {
  std::string out = "\"";
  for (size_t i = 0; i < s.size();) {
    char32_t r;
    const size_t n = decode_utf8(s, i, r);
    if (n == 1 && static_cast<unsigned char>(s[i]) >= 0x80) {
      append_hex(out, "\\x%02x", static_cast<unsigned char>(s[i]));
    } else if (r == '"' || r == '\\') {
      out += '\\';
      out += static_cast<char>(r);
    } else if (is_printable(r)) {
      out.append(s, i, n);
    } else {
      switch (r) {
        case '\a': out += "\\a"; break;
        case '\b': out += "\\b"; break;
        case '\f': out += "\\f"; break;
        case '\n': out += "\\n"; break;
        case '\r': out += "\\r"; break;
        case '\t': out += "\\t"; break;
        case '\v': out += "\\v"; break;
        default:
          if (r < ' ' || r == 0x7f) append_hex(out, "\\x%02x", static_cast<unsigned>(r));
          else append_hex(out, r < 0x10000 ? "\\u%04x" : "\\U%08x", static_cast<unsigned>(r));
      }
    }
    i += n;
  }
  return out += '"';
}

void append_json_string(std::string& out, std::string_view s, bool html) {
  out += '"';
  size_t plain = 0;  // start of the run that needs no escape
  const auto flush = [&](size_t end) { out.append(s, plain, end - plain); };
  for (size_t i = 0; i < s.size();) {
    const unsigned char b = static_cast<unsigned char>(s[i]);
    if (b >= 0x20 && b < 0x80 && b != '"' && b != '\\' && !(html && (b == '<' || b == '>' || b == '&'))) {
      ++i;
      continue;
    }
    size_t n = 1;
    if (b >= 0x80) {
      char32_t r;
      n = decode_utf8(s, i, r);
      const bool separator = html && (r == 0x2028 || r == 0x2029);
      if (n > 1 && !separator) {
        i += n;
        continue;
      }
      flush(i);
      if (separator) append_hex(out, "\\u%04x", static_cast<unsigned>(r));
      else append_utf8(out, kReplacement);
    } else {
      flush(i);
      switch (b) {
        case '"': out += "\\\""; break;
        case '\\': out += "\\\\"; break;
        case '\n': out += "\\n"; break;
        case '\r': out += "\\r"; break;
        case '\t': out += "\\t"; break;
        case '\b': out += "\\b"; break;
        case '\f': out += "\\f"; break;
        default: append_hex(out, "\\u%04x", b);
      }
    }
    i += n;
    plain = i;
  }
  flush(s.size());
  out += '"';
}

char32_t rune_upper(char32_t r) { return r < 0x80 ? (r >= 'a' && r <= 'z' ? r - 32 : r) : static_cast<char32_t>(towupper_l(static_cast<wint_t>(r), unicode_locale())); }
char32_t rune_lower(char32_t r) { return r < 0x80 ? (r >= 'A' && r <= 'Z' ? r + 32 : r) : static_cast<char32_t>(towlower_l(static_cast<wint_t>(r), unicode_locale())); }
std::string to_upper(std::string_view s) { return map_runes(s, rune_upper); }
std::string to_lower(std::string_view s) { return map_runes(s, rune_lower); }

bool is_letter(char32_t r) {
  if (r < 0x80) return (r | 0x20) >= 'a' && (r | 0x20) <= 'z';
  return iswalpha_l(static_cast<wint_t>(r), unicode_locale()) != 0;
}

bool is_space(char32_t r) {
  if (r < 0x80) return r == ' ' || (r >= '\t' && r <= '\r');
  return r == 0x85 || r == 0xA0 || r == 0x1680 || (r >= 0x2000 && r <= 0x200A) || r == 0x2028 || r == 0x2029 || r == 0x202F || r == 0x205F || r == 0x3000;
}

std::string_view trim_space(std::string_view s) {
  while (!s.empty()) {
    char32_t r;
    const size_t n = decode_utf8(s, 0, r);
    if (!is_space(r)) break;
    s.remove_prefix(n);
  }
  while (!s.empty()) {
    size_t start = s.size() - 1;
    while (start > 0 && s.size() - start < 4 && (static_cast<unsigned char>(s[start]) & 0xC0) == 0x80) --start;
    char32_t r;
    if (decode_utf8(s, start, r) != s.size() - start || !is_space(r)) break;
    s.remove_suffix(s.size() - start);
  }
  return s;
}

std::string sanitize_label_name(std::string_view key) {
  key = trim_space(key);
  std::string out;
  if (key.empty()) return out;
  if (key[0] >= '0' && key[0] <= '9') out += '_';
  for (size_t i = 0; i < key.size();) {
    char32_t r;
    i += decode_utf8(key, i, r);
    const bool allowed = r < 0x80 && (((r | 0x20) >= 'a' && (r | 0x20) <= 'z') || (r >= '0' && r <= '9') || r == '_');
    out += allowed ? static_cast<char>(r) : '_';
  }
  return out;
}

}  // namespace sleipnir
