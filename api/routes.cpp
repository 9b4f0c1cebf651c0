#include "api/routes.h"

#include "api/handlers.h"

namespace sleipnir::api {
namespace {

constexpr size_t kFormBody = 10 << 20;    // as Go's http.Request.ParseForm
constexpr size_t kPushBody = 100 << 20;   // compressed (http-api.md §9)

using ReadHandler = Result<void> (*)(Query&, const Request&, Response&);
using WriteHandler = void (*)(Service&, const std::string&, Request&, Response&);
using PlainHandler = void (*)(Service&, Request&, Response&);

class Routes {
 public:
  Routes(Router& router, Service& service) : router_(router), service_(service) {}

  void read(const char* path, ReadHandler handler) {
    add("GET|POST", path, kFormBody, [&service = service_, handler](Request& request, Response& response) {
      const auto who = read_tenants(service.config, request);
      if (const auto* error = std::get_if<TenantError>(&who)) return answer_tenant_error(response, *error);
      Query query(service, std::get<Tenants>(who), request);
      if (auto done = handler(query, request, response); !done) {
        response = {};
        answer_error(response, done.error());
      }
    });
  }
  void write(const char* methods, const char* path, WriteHandler handler) {
    add(methods, path, kPushBody, [&service = service_, handler](Request& request, Response& response) {
      const auto who = write_tenant(service.config, request);
      if (const auto* error = std::get_if<TenantError>(&who)) return answer_tenant_error(response, *error);
      handler(service, std::get<std::string>(who), request, response);
    });
  }
  void plain(const char* methods, const char* path, PlainHandler handler) {
    add(methods, path, kFormBody, [&service = service_, handler](Request& request, Response& response) { handler(service, request, response); });
  }

 private:
  void add(const char* methods, const char* path, size_t max_body, Handler handler) {
    router_.add({methods, service_.config.path_prefix + path, std::move(handler), max_body});
  }

  Router& router_;
  Service& service_;
};

}  // namespace

void add_routes(Router& router, Service& service) {
  Routes routes(router, service);
  routes.read("/loki/api/v1/query_range", query_range);
  routes.read("/loki/api/v1/query", query_instant);
  routes.read("/loki/api/v1/labels", labels);
  routes.read("/loki/api/v1/label", labels);
  routes.read("/loki/api/v1/label/{name}/values", label_values);
  routes.read("/loki/api/v1/series", series);
  routes.read("/loki/api/v1/index/stats", index_stats);
  routes.read("/loki/api/v1/index/volume", volume);
  routes.read("/loki/api/v1/index/volume_range", volume_range);
  routes.read("/loki/api/v1/detected_labels", detected_labels);
  routes.read("/loki/api/v1/detected_fields", detected_fields);
  routes.read("/loki/api/v1/detected_field/{name}/values", detected_field_values);
  routes.read("/loki/api/v1/patterns", patterns);
  routes.read("/api/prom/query", legacy_query);
  routes.read("/api/prom/label", labels);
  routes.read("/api/prom/label/{name}/values", label_values);
  routes.read("/api/prom/series", series);

  routes.write("GET", "/loki/api/v1/tail", tail);
  routes.write("GET", "/api/prom/tail", tail);
  routes.write("POST", "/loki/api/v1/push", push);
  routes.write("POST", "/api/prom/push", legacy_push);
  routes.write("POST", "/otlp/v1/logs", otlp_push);

  routes.write("POST|PUT", "/loki/api/v1/delete", add_delete_request);
  routes.write("GET", "/loki/api/v1/delete", list_delete_requests);
  routes.write("DELETE", "/loki/api/v1/delete", cancel_delete_request);
  routes.write("GET", "/loki/api/v1/cache/generation_numbers", cache_generation);

  routes.plain("GET|POST", "/loki/api/v1/format_query", format_query);
  routes.plain("GET", "/loki/api/v1/status/buildinfo", buildinfo);
  routes.plain("GET", "/loki/api/v1/drilldown-limits", drilldown_limits);
  routes.plain("GET", "/config/tenant/v1/limits", tenant_limits);
  routes.plain("GET", "/ready", ready);
  routes.plain("GET", "/metrics", metrics);
  routes.plain("GET", "/config", show_config);
  routes.plain("GET", "/services", services);
  routes.plain("GET|POST", "/log_level", log_level);
  routes.plain("GET|POST", "/flush", flush);
  routes.plain("POST", "/flush/tenant", flush);
}

}  // namespace sleipnir::api
