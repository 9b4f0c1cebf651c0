#pragma once
// `ip("…")`: an address, a CIDR block or a range, looked for in a text (logql.md §7.3).
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sleipnir::logql {

struct IpAddress {
  bool v6 = false;                      ///< a v4 address mapped into v6 stays v6
  std::array<uint8_t, 16> bytes{};      ///< v4: the first four
  auto operator<=>(const IpAddress&) const = default;
};

/// Dotted decimal without leading zeros, or RFC 4291 text without a zone.
std::optional<IpAddress> parse_ip(std::string_view text);

class IpMatcher {
 public:
  /// Error: `ip: invalid pattern: "foo"`.
  static Result<IpMatcher> compile(std::string_view pattern);
  bool contains(const IpAddress& address) const { return low_ <= address && address <= high_ && address.v6 == low_.v6; }
  /// Some address in the text is contained.
  bool found_in(std::string_view text) const;

 private:
  IpAddress low_, high_;
};

}  // namespace sleipnir::logql
