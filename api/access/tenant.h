#pragma once
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "api/config/config.h"
#include "api/http/exchange.h"
#include "base/result.h"

namespace sleipnir::api {

/// Whose data a request reads or writes.
struct Tenants {
  std::vector<std::string> ids;  ///< sorted, unique, at least one
  const std::string& only() const { return ids.front(); }
  bool several() const { return ids.size() > 1; }
};

/// Why a request has no tenant, with its HTTP status (http-api.md §0.2).
struct TenantError {
  int status = 401;
  std::string message;
  bool newline = false;  ///< whether the body ends with one
};

/// Checks one tenant id. Errors (kInvalid): unsupported character, too long, dots.
Result<void> check_tenant(std::string_view id);

/// For requests that read: several tenants if the configuration allows it. Whoever showed credentials gets no tenant that is not theirs (403).
std::variant<Tenants, TenantError> read_tenants(const Config& config, const Request& request);
/// For requests that write, tail or keep rules: exactly one.
std::variant<std::string, TenantError> write_tenant(const Config& config, const Request& request);

void answer_tenant_error(Response& response, const TenantError& error);

}  // namespace sleipnir::api
