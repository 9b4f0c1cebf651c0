#include <array>

#include "base/hex.h"
#include "base/text.h"
#include "logql/template/format.h"
#include "logql/template/function.h"
#include "logql/template/runes.h"

namespace sleipnir::logql::gotemplate {
namespace {

constexpr char kHex[] = "0123456789ABCDEF";
constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The one text argument, or all arguments printed. An absent value prints as an action prints it.
std::string_view joined(Call& c, std::string& storage) {
  if (c.size() == 1 && c.arg(0).is(Kind::kString)) return c.text(0);
  std::vector<Value> args(c.args.begin(), c.args.end());
  for (Value& v : args) {
    if (v.none()) v = Value::of_text("<no value>");
  }
  append_print(storage, args);
  return storage;
}

std::string query_escape(std::string_view s) {
  std::string out;
  out.reserve(s.size());
  for (const char c : s) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~';
    if (plain) out += c;
    else if (c == ' ') out += '+';
    else ((out += '%') += kHex[static_cast<unsigned char>(c) >> 4]) += kHex[c & 15];
  }
  return out;
}

Value url_encode(Call& c) { return c.keep(query_escape(c.text(0))); }

Value url_query(Call& c) {
  std::string storage;
  return c.keep(query_escape(joined(c, storage)));
}

Value url_decode(Call& c) {
  const std::string_view s = c.text(0);
  std::string out;
  for (size_t i = 0; i < s.size(); ++i) {
    if (s[i] != '%') {
      out += s[i] == '+' ? ' ' : s[i];
      continue;
    }
    const int high = i + 2 < s.size() ? hex_digit(s[i + 1]) : -1, low = i + 2 < s.size() ? hex_digit(s[i + 2]) : -1;
    if (high < 0 || low < 0) return c.fail("invalid URL escape " + go_quote(s.substr(i, 3)));
    out += static_cast<char>(high << 4 | low);
    i += 2;
  }
  return c.keep(std::move(out));
}

Value html(Call& c) {
  std::string storage, out;
  for (const char b : joined(c, storage)) {
    switch (b) {
      case '\0': out += "\xEF\xBF\xBD"; break;
      case '"': out += "&#34;"; break;
      case '\'': out += "&#39;"; break;
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      default: out += b;
    }
  }
  return c.keep(std::move(out));
}

void append_js(std::string& out, std::string_view s, size_t at, size_t size, char32_t r) {
  char escape[16];
  if (r >= 0x80) {
    if (is_printable(r)) out += s.substr(at, size);
    else out.append(escape, snprintf(escape, sizeof escape, "\\u%04X", static_cast<unsigned>(r)));
  } else if (r == '\\' || r == '\'' || r == '"') {
    (out += '\\') += static_cast<char>(r);
  } else if (r < ' ' || r == '<' || r == '>' || r == '&' || r == '=') {
    out.append(escape, snprintf(escape, sizeof escape, "\\u00%02X", static_cast<unsigned>(r)));
  } else {
    out += static_cast<char>(r);
  }
}

Value js(Call& c) {
  std::string storage, out;
  const std::string_view s = joined(c, storage);
  char32_t r;
  for (size_t i = 0; i < s.size();) {
    const size_t size = decode_utf8(s, i, r);
    append_js(out, s, i, size, r);
    i += size;
  }
  return c.keep(std::move(out));
}

Value base64_encode(Call& c) {
  const std::string_view s = c.text(0);
  std::string out;
  out.reserve((s.size() + 2) / 3 * 4);
  for (size_t i = 0; i < s.size(); i += 3) {
    const auto byte = [&](size_t k) -> uint32_t { return i + k < s.size() ? static_cast<unsigned char>(s[i + k]) : 0; };
    const uint32_t group = byte(0) << 16 | byte(1) << 8 | byte(2);
    out += kAlphabet[group >> 18];
    out += kAlphabet[group >> 12 & 63];
    out += i + 1 < s.size() ? kAlphabet[group >> 6 & 63] : '=';
    out += i + 2 < s.size() ? kAlphabet[group & 63] : '=';
  }
  return c.keep(std::move(out));
}

constexpr auto kReverse = [] {
  std::array<int8_t, 256> table{};
  table.fill(-1);
  for (int i = 0; i < 64; ++i) table[static_cast<unsigned char>(kAlphabet[i])] = static_cast<int8_t>(i);
  return table;
}();

/// Decodes; the offset of the first wrong byte, or npos. Line breaks count for nothing, and padding may be missing altogether.
size_t base64_decode(std::string_view s, std::string& out) {
  const auto skip_breaks = [&](size_t& i) {
    while (i < s.size() && (s[i] == '\r' || s[i] == '\n')) ++i;
  };
  for (size_t i = 0;;) {
    uint32_t group = 0;
    int n = 0;
    for (; n < 4; ++n) {
      skip_breaks(i);
      if (i == s.size()) break;
      const int bits = kReverse[static_cast<unsigned char>(s[i])];
      if (bits < 0) break;
      group = group << 6 | static_cast<uint32_t>(bits);
      ++i;
    }
    if (n == 4) {
      for (const int shift : {16, 8, 0}) out += static_cast<char>(group >> shift & 255);
      continue;
    }
    if (i == s.size()) {
      if (n == 0) return std::string_view::npos;
      if (n == 1) return i - 1;
    } else {
      if (s[i] != '=' || n < 2) return i;
      ++i;
      skip_breaks(i);
      if (n == 2) {
        if (i == s.size()) return i;
        if (s[i] != '=') return i;
        ++i;
        skip_breaks(i);
      }
      if (i < s.size()) return i;
    }
    group <<= 6 * (4 - n);
    out += static_cast<char>(group >> 16 & 255);
    if (n == 3) out += static_cast<char>(group >> 8 & 255);
    return std::string_view::npos;
  }
}

/// An error is the value.
Value base64_decoded(Call& c) {
  std::string out;
  const size_t wrong = base64_decode(c.text(0), out);
  if (wrong == std::string_view::npos) return c.keep(std::move(out));
  return c.keep("illegal base64 data at input byte " + std::to_string(wrong));
}

constexpr Function kFunctions[] = {
    {"urlencode", {Param::kString}, url_encode}, {"urldecode", {Param::kString}, url_decode},
    {"b64enc", {Param::kString}, base64_encode}, {"b64dec", {Param::kString}, base64_decoded},
    {"html", {Param::kAny}, html, true}, {"js", {Param::kAny}, js, true}, {"urlquery", {Param::kAny}, url_query, true},
};

}  // namespace

FunctionTable encoding_functions() { return kFunctions; }

}  // namespace sleipnir::logql::gotemplate
