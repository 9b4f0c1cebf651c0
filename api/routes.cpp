#include "api/routes.h"

#include "api/handlers.h"

namespace sleipnir::api {
namespace {

constexpr size_t kFormBody = 10 << 20;    // as Go's http.Request.ParseForm
constexpr size_t kPushBody = 100 << 20;   // compressed (http-api.md §9)
constexpr size_t kRulesBody = 4 << 20;

using ReadHandler = Result<void> (*)(Query&, const Request&, Response&);
using WriteHandler = void (*)(Service&, const std::string&, Request&, Response&);
using TenantRefusal = void (*)(Response&, const TenantError&);
using PlainHandler = void (*)(Service&, Request&, Response&);

class Routes {
 public:
  Routes(Router& router, Service& service) : router_(router), service_(service) {}

  void read(const std::string& path, ReadHandler handler) {
    stream(path, [handler](const std::shared_ptr<Query>& query, const Request& request, Response& response) { return handler(*query, request, response); });
  }
  template <class F>
  void stream(const std::string& path, F handler) {
    const auto run = [&service = service_, handler](Request& request, Response& response) {
      auto who = read_tenants(service.config, request);
      if (const auto* error = std::get_if<TenantError>(&who)) return answer_tenant_error(response, *error);
      const auto query = std::make_shared<Query>(service, std::get<Tenants>(std::move(who)), request);
      if (auto done = handler(query, request, response); !done) {
        response = {};
        answer_error(response, done.error());
      }
    };
    router_.add({"GET|POST", service_.config.path_prefix + path, run, kFormBody, Access::kRead});
  }
  void write(const char* methods, const std::string& path, WriteHandler handler, Access access = Access::kWrite) {
    router_.add({methods, service_.config.path_prefix + path, for_tenant(handler), kFormBody, access});
  }
  void push(const char* methods, const std::string& path, WriteHandler handler, TenantRefusal refuse = answer_tenant_error) {
    router_.add({methods, service_.config.path_prefix + path, for_tenant(handler, refuse), kPushBody, Access::kWrite, true});
  }
  void rules(const char* methods, const std::string& path, WriteHandler handler, Access access) {
    router_.add({methods, service_.config.path_prefix + path, for_tenant(handler), kRulesBody, access, true});
  }
  void plain(const char* methods, const std::string& path, Access access, PlainHandler handler) {
    const auto run = [&service = service_, handler](Request& request, Response& response) { handler(service, request, response); };
    router_.add({methods, service_.config.path_prefix + path, run, kFormBody, access});
  }

 private:
  Handler for_tenant(WriteHandler handler, TenantRefusal refuse = answer_tenant_error) {
    return [&service = service_, handler, refuse](Request& request, Response& response) {
      const auto who = write_tenant(service.config, request);
      if (const auto* error = std::get_if<TenantError>(&who)) return refuse(response, *error);
      handler(service, std::get<std::string>(who), request, response);
    };
  }

  Router& router_;
  Service& service_;
};

/// What Filebeat, Fluent Bit, Vector and Logstash expect of Elasticsearch, below a prefix, and what of it they need without one.
void add_elastic(Routes& routes) {
  for (const std::string prefix : {"/elasticsearch", ""}) {
    for (const char* path : {"/_bulk", "/{index}/_bulk"}) routes.push("POST|PUT", prefix + path, elastic_bulk);
    routes.plain("GET|HEAD", prefix + "/_license", Access::kWrite, elastic_license);
    routes.plain("GET|HEAD", prefix + "/_xpack", Access::kWrite, elastic_xpack);
    routes.plain("GET|HEAD", prefix + "/_cluster/health", Access::kWrite, elastic_health);
    for (const char* path : {"/_template/{name}", "/_index_template/{name}", "/_component_template/{name}", "/_ilm/policy/{name}", "/_ingest/pipeline/{name}", "/_data_stream/{name}", "/_alias/{name}", "/{index}/_refresh"})
      routes.plain("GET|HEAD|PUT|POST", prefix + path, Access::kWrite, elastic_setup);
  }
  for (const char* path : {"/elasticsearch", "/elasticsearch/", "/"}) routes.plain("GET|HEAD", path, Access::kWrite, elastic_info);
  routes.plain("GET|HEAD|PUT", "/elasticsearch/{index}", Access::kWrite, elastic_setup);
}

void add_rules_api(Routes& routes, const std::string& path) {
  const std::string name_space = path + "/{namespace}", group = name_space + "/{group}";
  routes.rules("GET", path, list_rules, Access::kRead);
  routes.rules("GET", name_space, list_rules, Access::kRead);
  routes.rules("GET", group, get_rule_group, Access::kRead);
  routes.rules("POST", name_space, set_rule_group, Access::kWrite);
  routes.rules("DELETE", name_space, delete_rule_namespace, Access::kWrite);
  routes.rules("DELETE", group, delete_rule_group, Access::kWrite);
}

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

  routes.write("GET", "/loki/api/v1/tail", tail, Access::kRead);
  routes.write("GET", "/api/prom/tail", tail, Access::kRead);
  routes.push("POST", "/loki/api/v1/push", push);
  routes.push("POST", "/api/prom/push", legacy_push);
  routes.push("POST", "/otlp/v1/logs", otlp_push, refuse_otlp_tenant);
  if (!service.config.strict) {
    routes.stream("/loki/api/v1/export", export_logs);
    for (const char* path : {"/insert/ndjson", "/insert/jsonline"}) routes.push("POST|PUT", path, insert_ndjson);
    add_elastic(routes);
  }

  routes.write("POST|PUT", "/loki/api/v1/delete", add_delete_request, Access::kDelete);
  routes.write("GET", "/loki/api/v1/delete", list_delete_requests, Access::kDelete);
  routes.write("DELETE", "/loki/api/v1/delete", cancel_delete_request, Access::kDelete);
  routes.write("GET", "/loki/api/v1/cache/generation_numbers", cache_generation, Access::kRead);

  routes.rules("GET", "/prometheus/api/v1/rules", rules_status, Access::kRead);
  routes.rules("GET", "/prometheus/api/v1/alerts", alerts_status, Access::kRead);
  if (service.config.ruler.enable_api) {
    for (const char* path : {"/loki/api/v1/rules", "/api/prom/rules"}) add_rules_api(routes, path);
  }

  routes.plain("GET|POST", "/loki/api/v1/format_query", Access::kOpen, format_query);
  routes.plain("GET", "/loki/api/v1/status/buildinfo", Access::kOpen, buildinfo);
  routes.plain("GET", "/loki/api/v1/drilldown-limits", Access::kRead, drilldown_limits);
  routes.plain("GET", "/config/tenant/v1/limits", Access::kRead, tenant_limits);
  routes.plain("GET|HEAD", "/ready", Access::kOpen, ready);
  routes.plain("GET", "/metrics", Access::kAdmin, metrics);
  routes.plain("GET", "/config", Access::kAdmin, show_config);
  routes.plain("GET", "/services", Access::kAdmin, services);
  routes.plain("GET|POST", "/log_level", Access::kAdmin, log_level);
  routes.plain("GET|POST", "/flush", Access::kAdmin, flush);
  routes.plain("POST", "/flush/tenant", Access::kAdmin, flush);
}

}  // namespace sleipnir::api
