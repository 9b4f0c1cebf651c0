#include "api/http/form.h"

#include "base/hex.h"
#include "base/text.h"

namespace sleipnir::api {

Result<std::string> percent_decode(std::string_view text, bool plus) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      const int high = i + 1 < text.size() ? hex_digit(text[i + 1]) : -1, low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0) return invalid("invalid URL escape " + go_quote(text.substr(i, 3)));
      out += static_cast<char>(high << 4 | low);
      i += 2;
    }
  }
  return out;
}

Result<void> parse_form(std::string_view text, Pairs& out) {
  while (!text.empty()) {
    const size_t end = std::min(text.find('&'), text.size());
    const std::string_view pair = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (pair.empty()) continue;
    if (pair.find(';') != pair.npos) return invalid("invalid semicolon separator in query");
    const size_t equals = std::min(pair.find('='), pair.size());
    auto name = percent_decode(pair.substr(0, equals), true);
    if (!name) return name.error();
    auto value = percent_decode(equals < pair.size() ? pair.substr(equals + 1) : "", true);
    if (!value) return value.error();
    out.emplace_back(std::move(*name), std::move(*value));
  }
  return {};
}

}  // namespace sleipnir::api
