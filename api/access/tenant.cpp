#include "api/access/tenant.h"

#include <algorithm>
#include <optional>

#include "api/access/credentials.h"
#include "api/http/split.h"

namespace sleipnir::api {
namespace {

constexpr size_t kLongest = 150;

bool supported(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || std::string_view("!-_.*'()").find(c) != std::string_view::npos;
}

/// The ids of `a|b|a`, sorted and unique. Empty ids are kept out.
Result<std::vector<std::string>> split(std::string_view header) {
  std::vector<std::string> ids;
  each_part(header, '|', [&](std::string_view id) {
    if (!id.empty()) ids.emplace_back(id);
  });
  for (const std::string& id : ids)
    if (auto ok = check_tenant(id); !ok) return ok.error();
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

/// The header as it counts: whoever has one tenant only need not name it.
std::string_view named_tenants(const Request& request) {
  const std::string_view header = request.header("X-Scope-OrgID");
  const Identity* who = request.identity;
  return header.empty() && who != nullptr && !who->all_tenants && who->tenants.size() == 1 ? std::string_view(who->tenants.front()) : header;
}

bool asks_for_tenant(const Config& config, const Request& request) { return config.auth_enabled || request.identity != nullptr; }

std::optional<TenantError> foreign(const Request& request, const std::vector<std::string>& ids) {
  if (request.identity == nullptr) return {};
  for (const std::string& id : ids)
    if (!request.identity->owns(id)) return TenantError{403, "forbidden: these credentials are not for tenant '" + id + "'", true};
  return {};
}

}  // namespace

Result<void> check_tenant(std::string_view id) {
  if (id == "." || id == "..") return invalid("tenant ID is '.' or '..'");
  for (const char c : id)
    if (!supported(c)) return invalid("tenant ID '" + std::string(id) + "' contains unsupported character '" + std::string(1, c) + "'");
  if (id.size() > kLongest) return invalid("tenant ID is too long: max 150 characters");
  return {};
}

std::variant<Tenants, TenantError> read_tenants(const Config& config, const Request& request) {
  if (!asks_for_tenant(config, request)) return Tenants{{config.no_auth_tenant}};
  const std::string_view header = named_tenants(request);
  if (header.empty()) return TenantError{401, "no org id", true};
  auto ids = split(header);
  if (!ids) return TenantError{400, ids.error().message, false};
  if (ids->empty()) return TenantError{500, "no queue found: empty tenant is not allowed", false};
  if (ids->size() > 1 && !config.multi_tenant_queries) return TenantError{400, "multiple org IDs present", false};
  if (auto error = foreign(request, *ids)) return *error;
  return Tenants{std::move(*ids)};
}

std::variant<std::string, TenantError> write_tenant(const Config& config, const Request& request) {
  if (!asks_for_tenant(config, request)) return config.no_auth_tenant;
  const std::string_view header = named_tenants(request);
  if (header.empty()) return TenantError{401, "no org id", true};
  auto ids = split(header);
  if (!ids) return TenantError{400, ids.error().message, true};
  if (ids->size() != 1) return TenantError{400, "multiple org IDs present", true};
  if (auto error = foreign(request, *ids)) return *error;
  return std::move(ids->front());
}

void answer_tenant_error(Response& response, const TenantError& error) {
  answer_text(response, error.status, error.message);
  if (!error.newline) response.set(std::string(kPlain), error.message);
}

}  // namespace sleipnir::api
