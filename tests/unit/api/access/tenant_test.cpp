#include "api/access/tenant.h"

#include <doctest/doctest.h>

using namespace sleipnir;
using namespace sleipnir::api;

namespace {

Request from(std::string tenant) {
  Request r;
  r.headers = {{"x-scope-orgid", std::move(tenant)}};
  return r;
}

std::string describe(const std::variant<Tenants, TenantError>& v) {
  if (const auto* e = std::get_if<TenantError>(&v)) return std::to_string(e->status) + " " + e->message;
  std::string out;
  for (const auto& id : std::get<Tenants>(v).ids) out += id + ";";
  return out;
}

}  // namespace

TEST_CASE("who reads") {
  Config config{.auth_enabled = true, .multi_tenant_queries = true};
  const auto f = [&](std::string header, std::string_view want) { CHECK(describe(read_tenants(config, from(std::move(header)))) == want); };
  f("a", "a;");
  f("b|a|b", "a;b;");
  f("a|", "a;");
  f("", "401 no org id");
  f("|", "500 no queue found: empty tenant is not allowed");
  f("bad tenant", "400 tenant ID 'bad tenant' contains unsupported character ' '");
  f("..", "400 tenant ID is '.' or '..'");
  f("a.b'(c)*-_!", "a.b'(c)*-_!;");
  f(std::string(150, 'x'), std::string(150, 'x') + ";");
  f(std::string(151, 'x'), "400 tenant ID is too long: max 150 characters");
  config.multi_tenant_queries = false;
  f("a|b", "400 multiple org IDs present");
  f("a|a", "a;");
  config.auth_enabled = false;
  f("whoever", "fake;");
}

TEST_CASE("who writes") {
  Config config{.auth_enabled = true, .multi_tenant_queries = true};
  const auto f = [&](std::string header, std::string_view want) {
    const auto v = write_tenant(config, from(std::move(header)));
    const auto* e = std::get_if<TenantError>(&v);
    CHECK((e != nullptr ? std::to_string(e->status) + " " + e->message : std::get<std::string>(v)) == want);
  };
  f("a", "a");
  f("a|b", "400 multiple org IDs present");
  f("", "401 no org id");
  f("a/b", "400 tenant ID 'a/b' contains unsupported character '/'");
}
