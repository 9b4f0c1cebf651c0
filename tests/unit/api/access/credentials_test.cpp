#include "api/access/credentials.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>

#include "api/access/tenant.h"

using namespace sleipnir;
using namespace sleipnir::api;

namespace {

struct File {
  explicit File(std::string_view text) {
    char name[] = "/tmp/sleipnir-credentials-XXXXXX";
    ::close(mkstemp(name));
    path = name;
    std::ofstream(path) << text;
  }
  ~File() { std::filesystem::remove(path); }
  std::filesystem::path path;
};

constexpr std::string_view kFile = R"(
credentials:
  - {name: shipper, token: s3cret, tenants: [a], rights: [write]}
  - {name: hashed, token_sha256: 2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b, rights: read}
  - {user: grafana, password: "pass:word", tenants: [a, b], rights: [read]}
  - {user: root, password_sha256: 2BB80D537B1DA3E38BD30361AA855686BDE0EACD7162FEF6A25FE97BF527A25B, tenants: "*", rights: [read, write, admin]}
)";

}  // namespace

TEST_CASE("who a header proves to be") {
  const File file(kFile);
  const auto credentials = Credentials::read(file.path, "fake");
  REQUIRE(credentials.ok());
  const auto f = [&](std::string_view header, std::string_view want) {
    CAPTURE(header);
    const Identity* who = credentials->find(header);
    std::string text = who == nullptr ? "nobody" : who->name;
    if (who != nullptr) {
      for (const auto& tenant : who->tenants) text += " " + tenant;
      text += who->all_tenants ? " *" : "";
      text += std::string(who->read ? " r" : "") + (who->write ? " w" : "") + (who->admin ? " a" : "");
    }
    CHECK(text == want);
  };
  f("Bearer s3cret", "shipper a w");
  f("bearer  s3cret ", "shipper a w");
  f("Basic eDpzM2NyZXQ=", "shipper a w");        // x:s3cret
  f("ApiKey eDpzM2NyZXQ=", "shipper a w");
  f("Bearer secret", "hashed fake r");
  f("Basic Z3JhZmFuYTpwYXNzOndvcmQ=", "grafana a b r");  // grafana:pass:word
  f("Basic cm9vdDpzZWNyZXQ=", "root * r w a");           // root:secret, which is the hashed token's text, too
  for (const auto* nobody : {"", "Bearer", "Bearer ", "Bearer S3cret", "Bearer pass:word", "Basic", "Basic !!!!", "Basic Z3JhZmFuYTpwYXNz", "Basic eDpwYXNzOndvcmQ=", "Digest s3cret", "s3cret",
                             "Bearer 2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"})
    f(nobody, "nobody");
  f("Bearer " + std::string(10'000, 'x'), "nobody");
}

TEST_CASE("files that are refused, without telling secrets") {
  const auto f = [](std::string_view text, std::string_view want) {
    const File file(text);
    const auto read = Credentials::read(file.path, "fake");
    REQUIRE_FALSE(read.ok());
    CHECK(read.error().message == file.path.string() + ": " + std::string(want));
  };
  f("", "a mapping with a list `credentials` is expected");
  f("credentials: []", "credentials: an empty list lets nobody in");
  f("credentials: [{token: x, rights: [read]}]\nother: 1", "a mapping with a list `credentials` is expected");
  f("credentials: [x]", "line 1: credentials[0]: a mapping is expected");
  f("credentials: [{token: x}]", "line 1: credentials[0]: it has no rights");
  f("credentials: [{token: hush, rights: [all]}]", "line 1: credentials[0]: rights: read, write, delete or admin is expected, not \"all\"");
  f("credentials: [{token: hush, rights: [read], tenants: [a/b]}]", "line 1: credentials[0]: tenant ID 'a/b' contains unsupported character '/'");
  f("credentials: [{token: \"\", rights: [read]}]", "line 1: credentials[0]: token: it is empty");
  f("credentials: [{token_sha256: 12, rights: [read]}]", "line 1: credentials[0]: 64 hex digits are expected for a SHA-256");
  f("credentials: [{token: a, rights: [read]}, {user: u, rights: [read]}]", "line 1: credentials[1]: either a token, or a user with a password is expected");
  f("credentials: [{token: a, password: b, user: u, rights: [read]}]", "line 1: credentials[0]: either a token, or a user with a password is expected");
  f("credentials: [{user: u, token: b, rights: [read]}]", "line 1: credentials[0]: either a token, or a user with a password is expected");
  f("credentials: [{token: a, right: [read]}]", "line 1: credentials[0]: unknown key right");
}

TEST_CASE("tenants of those who showed credentials") {
  const Identity one{.name = "one", .tenants = {"a"}}, two{.name = "two", .tenants = {"a", "b"}}, all{.name = "all", .all_tenants = true};
  const auto f = [](const Identity& who, std::string header, std::string_view read, std::string_view write) {
    Request request;
    request.headers = {{"X-Scope-OrgID", std::move(header)}};
    request.identity = &who;
    const Config config{.multi_tenant_queries = true};
    const auto readers = read_tenants(config, request);
    const auto writer = write_tenant(config, request);
    std::string text;
    if (const auto* t = std::get_if<Tenants>(&readers)) for (const auto& id : t->ids) text += id + ";";
    else text = std::to_string(std::get<TenantError>(readers).status);
    CHECK(text == read);
    CHECK((writer.index() == 0 ? std::get<std::string>(writer) : std::to_string(std::get<TenantError>(writer).status)) == write);
  };
  f(one, "", "a;", "a");
  f(one, "a", "a;", "a");
  f(one, "b", "403", "403");
  f(one, "a|b", "403", "400");
  f(two, "", "401", "401");
  f(two, "b", "b;", "b");
  f(two, "b|a", "a;b;", "400");
  f(two, "b|c", "403", "400");
  f(all, "", "401", "401");
  f(all, "x|y", "x;y;", "400");
}
