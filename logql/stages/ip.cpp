#include "logql/stages/ip.h"

#include <algorithm>

#include "base/hex.h"
#include "base/text.h"

namespace sleipnir::logql {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool parse_v4(std::string_view s, uint8_t* out) {
  for (int field = 0; field < 4; ++field) {
    if (field > 0) {
      if (s.empty() || s[0] != '.') return false;
      s.remove_prefix(1);
    }
    size_t n = 0;
    int value = 0;
    while (n < s.size() && n < 4 && is_digit(s[n])) value = value * 10 + (s[n++] - '0');
    if (n == 0 || value > 255 || (n > 1 && s[0] == '0')) return false;
    out[field] = static_cast<uint8_t>(value);
    s.remove_prefix(n);
  }
  return s.empty();
}

bool parse_v6(std::string_view s, uint8_t* out) {
  size_t used = 0;
  std::optional<size_t> gap;  // where `::` stands
  if (s.starts_with("::")) {
    gap = 0;
    s.remove_prefix(2);
  }
  while (!s.empty() && used < 16) {
    size_t n = 0;
    int value = 0;
    while (n < s.size() && n < 5 && hex_digit(s[n]) >= 0) value = value << 4 | hex_digit(s[n++]);
    if (n == 0 || n > 4) return false;
    if (n < s.size() && s[n] == '.') {
      if (used > 12 || (used != 12 && !gap) || !parse_v4(s, out + used)) return false;
      used += 4;
      s = {};
      break;
    }
    out[used++] = static_cast<uint8_t>(value >> 8);
    out[used++] = static_cast<uint8_t>(value);
    s.remove_prefix(n);
    if (s.empty()) break;
    if (s[0] != ':' || s.size() == 1) return false;
    s.remove_prefix(1);
    if (s[0] == ':') {
      if (gap) return false;
      gap = used;
      s.remove_prefix(1);
    }
  }
  if (!s.empty()) return false;
  if (!gap) return used == 16;
  if (used == 16) return false;
  std::copy_backward(out + *gap, out + used, out + 16);
  std::fill(out + *gap, out + *gap + (16 - used), uint8_t{0});
  return true;
}

std::optional<unsigned> parse_bits(std::string_view s, unsigned most) {
  if (s.empty() || s.size() > 3 || (s.size() > 1 && s[0] == '0') || !std::all_of(s.begin(), s.end(), is_digit)) return {};
  const unsigned bits = static_cast<unsigned>(std::stoul(std::string(s)));
  return bits <= most ? std::optional(bits) : std::nullopt;
}

constexpr std::string_view kV4Bytes = "0123456789.", kV6Bytes = "0123456789abcdefABCDEF:.";

/// A v4 address may start here.
bool v4_hint(std::string_view s) { return s.size() >= 4 && is_digit(s[0]) && (s[1] == '.' || s[2] == '.' || s[3] == '.'); }

bool v6_hint(std::string_view s) {
  if (s.size() < 5) return false;
  if (s[0] == ':') return s[1] == ':' && hex_digit(s[2]) >= 0;
  for (size_t n = 1; n <= 4; ++n) {
    if (hex_digit(s[n - 1]) < 0) return false;
    if (s[n] == ':') return true;
  }
  return false;
}

}  // namespace

std::optional<IpAddress> parse_ip(std::string_view text) {
  IpAddress address;
  address.v6 = text.find(':') != std::string_view::npos;
  const bool ok = address.v6 ? parse_v6(text, address.bytes.data()) : parse_v4(text, address.bytes.data());
  return ok ? std::optional(address) : std::nullopt;
}

Result<IpMatcher> IpMatcher::compile(std::string_view pattern) {
  const Error wrong = invalid("ip: invalid pattern: " + go_quote(pattern));
  IpMatcher matcher;
  if (const auto one = parse_ip(pattern)) {
    matcher.low_ = matcher.high_ = *one;
    return matcher;
  }
  if (const size_t zone = pattern.find('%'); zone != std::string_view::npos) {
    // `fe80::1%eth0` is an address, but what is looked for in a text ends before the zone, and is another one.
    const auto one = parse_ip(pattern.substr(0, zone));
    if (!one || !one->v6 || zone + 1 == pattern.size()) return wrong;
    matcher.low_.v6 = matcher.high_.v6 = true;
    matcher.low_.bytes.fill(0xff);
    return matcher;
  }
  if (const size_t slash = pattern.rfind('/'); slash != std::string_view::npos) {
    const auto base = parse_ip(pattern.substr(0, slash));
    if (!base) return wrong;
    const unsigned width = base->v6 ? 128 : 32;
    const auto bits = parse_bits(pattern.substr(slash + 1), width);
    if (!bits) return wrong;
    matcher.low_ = matcher.high_ = *base;
    for (unsigned bit = *bits; bit < width; ++bit) {
      const auto mask = static_cast<uint8_t>(0x80 >> (bit % 8));
      matcher.low_.bytes[bit / 8] &= static_cast<uint8_t>(~mask);
      matcher.high_.bytes[bit / 8] |= mask;
    }
    return matcher;
  }
  const size_t dash = pattern.find('-');
  if (dash == std::string_view::npos) return wrong;
  const auto low = parse_ip(pattern.substr(0, dash)), high = parse_ip(pattern.substr(dash + 1));
  if (!low || !high || low->v6 != high->v6 || *high < *low) return wrong;
  matcher.low_ = *low;
  matcher.high_ = *high;
  return matcher;
}

bool IpMatcher::found_in(std::string_view text) const {
  for (size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = text.substr(i);
    const bool v4 = v4_hint(rest);
    if (!v4 && !v6_hint(rest)) continue;
    const std::string_view run = rest.substr(0, rest.find_first_not_of(v4 ? kV4Bytes : kV6Bytes));
    if (const auto address = parse_ip(run); address && contains(*address)) return true;
    i += run.size();  // together with the ++ also over the byte after the run
  }
  return false;
}

}  // namespace sleipnir::logql
