// Every route of the server, taken from its table: who may use it, and that nobody gets at another tenant's lines by it.
#include <doctest/doctest.h>

#include <cstdlib>

#include "api/access/credentials.h"
#include "api/erase/deleting_source.h"
#include "api/routes.h"
#include "api/rules/query.h"
#include "api/http/split.h"

using namespace sleipnir;
using namespace sleipnir::api;

namespace {

constexpr std::string_view kSecret = "xyzzy";
constexpr int kLines = 7919;  // a count that nothing else has

struct TestServer {
  TestServer() {
    char name[] = "/tmp/sleipnir-doors-XXXXXX";
    directory = mkdtemp(name);
    store = std::move(*storage::Store::open({.directory = directory, .fsync = false}));
    config.limits = Limits::roomy();
    config.multi_tenant_queries = true;
    deletes = std::move(*DeleteRequests::open(directory / "deletes"));
    source.emplace(*store, *deletes);
    ruler = std::move(*rules::Ruler::open(directory / "rules", config.ruler, {}, rule_query(config, *source)));
    const rules::RuleGroup group{.name = "app", .rules = {{.alert = std::string(kSecret), .expr = "vector(1)"}}};
    CHECK(ruler->set_group("theirs", "app", group).ok());
    service.reset(new Service{.config = config, .store = *store, .source = *source, .deletes = *deletes, .ruler = *ruler});
    add_routes(router, *service);
    StreamEntries lines{LabelSet{{"app", std::string(kSecret)}, {std::string(kSecret), "1"}}, {}};
    for (int i = 0; i < kLines; ++i) lines.entries.push_back({now() - kMinute + i, "{\"m\":\"" + std::string(kSecret) + "\"}", {}});
    CHECK(store->append("theirs", {lines}).ok());
  }
  ~TestServer() {
    ruler.reset();
    store->close();
    std::filesystem::remove_all(directory);
  }

  /// A request that asks for as much as any endpoint can give, with whatever names the tenant.
  Request request(const Route& route, std::string method, const Identity* who, std::string_view tenant) const {
    Request r;
    r.method = std::move(method);
    r.path = route.pattern;
    r.params = {{"query", route.pattern.find("/query") != route.pattern.npos && route.pattern.ends_with("query") && !route.pattern.starts_with("/api/prom") ? "sum by (app) (count_over_time({app=~\".+\"}[1h]))" : "{app=~\".+\"}"},
                {"match[]", "{app=~\".+\"}"}, {"limit", "5000"}, {"start", "0"}, {"log_level", "info"}};
    r.query = "query=%7Bapp%3D~%22.%2B%22%7D&start=1000000000&request_id=1";
    for (int i = 0; i < 3; ++i) r.path_values.push_back("app");
    if (!tenant.empty()) r.headers.emplace_back("X-Scope-OrgID", tenant);
    r.identity = who;
    return r;
  }

  std::string answer(const Route& route, const std::string& method, const Identity* who, std::string_view tenant) {
    Request r = request(route, method, who, tenant);
    Response response;
    route.handler(r, response);
    std::string text = std::to_string(response.status) + " ";
    for (const auto& piece : response.body) text += piece;
    return text;
  }

  uint64_t lines_of(const std::string& tenant) const {
    auto reader = service->source.scan({.tenant = tenant, .start = 0, .end = INT64_MAX});
    REQUIRE(reader.ok());
    uint64_t rows = 0;
    for (;;) {
      auto batch = (*reader)->next();
      REQUIRE(batch.ok());
      if (!*batch) return rows;
      rows += (*batch)->rows();
    }
  }

  std::filesystem::path directory;
  Config config;
  std::unique_ptr<storage::Store> store;
  std::unique_ptr<DeleteRequests> deletes;
  std::optional<DeletingSource> source;
  std::unique_ptr<rules::Ruler> ruler;
  std::unique_ptr<Service> service;
  Router router;
};

template <class F>
void each_method(const Route& route, F&& f) {
  each_part(route.methods, '|', [&](std::string_view method) { f(std::string(method)); });
}

}  // namespace

TEST_CASE("a tenant can neither read, nor count, nor delete another's lines, whatever route it takes") {
  TestServer server;
  const Identity mine{.name = "me", .tenants = {"mine"}, .read = true, .write = true, .erase = true}, theirs{.name = "they", .tenants = {"theirs"}, .read = true, .write = true, .erase = true};
  size_t tried = 0, seen = 0;
  for (const Route& route : server.router.routes()) {
    if (route.access == Access::kAdmin) continue;
    each_method(route, [&](const std::string& method) {
      ++tried;
      for (const std::string_view tenant : {"", "theirs", "mine|theirs", "theirs|theirs", "*", ".*"}) {
        const std::string text = server.answer(route, method, &mine, tenant);
        CAPTURE(route.pattern);
        CAPTURE(method);
        CAPTURE(tenant);
        CAPTURE(text);
        CHECK(text.find(kSecret) == text.npos);
        CHECK(text.find(std::to_string(kLines)) == text.npos);
      }
      if (route.access == Access::kDelete) return;
      const std::string text = server.answer(route, method, &theirs, "");
      seen += text.find(kSecret) != text.npos || text.find(std::to_string(kLines)) != text.npos;
      if (route.access == Access::kWrite || route.access == Access::kDelete) {
        CAPTURE(route.pattern);
        CHECK(server.lines_of("theirs") == kLines);
      }
    });
  }
  CHECK(tried > 60);
  CHECK(seen > 20);  // the requests do ask for what is secret
  CHECK(server.lines_of("theirs") == kLines);
  // The request for deletion is one that does delete.
  for (const Route& route : server.router.routes())
    if (route.access == Access::kDelete && route.allows("POST")) server.answer(route, "POST", &theirs, "");
  CHECK(server.lines_of("theirs") == 0);
}

TEST_CASE("each right opens its routes and no others") {
  TestServer server;
  const Identity reader{.tenants = {"a"}, .read = true}, writer{.tenants = {"a"}, .write = true}, eraser{.tenants = {"a"}, .erase = true}, admin{.tenants = {"a"}, .admin = true};
  size_t open = 0;
  for (const Route& route : server.router.routes()) {
    CAPTURE(route.pattern);
    CHECK(reader.may(route.access) == (route.access == Access::kOpen || route.access == Access::kRead));
    CHECK(writer.may(route.access) == (route.access == Access::kOpen || route.access == Access::kWrite));
    CHECK(eraser.may(route.access) == (route.access == Access::kOpen || route.access == Access::kDelete));
    CHECK(admin.may(route.access) == (route.access == Access::kOpen || route.access == Access::kAdmin));
    open += route.access == Access::kOpen;
    // What changes something is never for readers.
    if (route.pattern.find("push") != route.pattern.npos || route.pattern.find("delete") != route.pattern.npos || route.pattern.find("bulk") != route.pattern.npos) CHECK_FALSE(reader.may(route.access));
  }
  CHECK(open == 3);  // ready, buildinfo, format_query: a fourth needs a reason
}

TEST_CASE("without credentials there is 401, without the right 403") {
  const auto f = [](std::string_view header, Access access, int want) {
    char name[] = "/tmp/sleipnir-doors-XXXXXX";
    const int file = mkstemp(name);
    constexpr std::string_view text = "credentials: [{token: t, rights: [read]}]";
    CHECK(::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    ::close(file);
    const auto credentials = Credentials::read(name, "fake");
    std::filesystem::remove(name);
    Request request;
    request.headers = {{"Authorization", std::string(header)}};
    Response response;
    CHECK((admit(*credentials, access, request, response) ? 200 : response.status) == want);
    CHECK((response.status != 401 || response.headers.back().first == "WWW-Authenticate"));
  };
  f("Bearer t", Access::kRead, 200);
  f("Bearer t", Access::kWrite, 403);
  f("Bearer t", Access::kAdmin, 403);
  f("Bearer x", Access::kRead, 401);
  f("", Access::kWrite, 401);
  f("", Access::kOpen, 200);
}
