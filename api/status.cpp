// Administrative endpoints (http-api.md §13)
#include "api/handlers.h"
#include "api/limits_table.h"
#include "api/rules_metrics.h"
#include "api/version.h"
#include "base/number.h"
#include "base/text.h"
#include "spdlog/spdlog.h"

namespace sleipnir::api {
namespace {

void append_metric(std::string& out, std::string_view name, std::string_view type, std::string_view help, uint64_t value) {
  out += "# HELP sleipnir_" + std::string(name) + " " + std::string(help) + "\n# TYPE sleipnir_" + std::string(name) + " " + std::string(type) + "\nsleipnir_" +
         std::string(name) + " " + std::to_string(value) + "\n";
}

void append_ingest(std::string& out, const IngestMetrics& m) {
  append_metric(out, "push_requests_total", "counter", "Pushes received.", m.requests);
  append_metric(out, "push_requests_failed_total", "counter", "Pushes of which nothing was stored.", m.failed_requests);
  append_metric(out, "received_lines_total", "counter", "Lines handed to the store.", m.lines);
  append_metric(out, "received_bytes_total", "counter", "Bytes of lines and structured metadata handed to the store.", m.bytes);
  append_metric(out, "duplicate_lines_total", "counter", "Lines that were stored already.", m.duplicates);
  out += "# HELP sleipnir_discarded_lines_total Lines refused.\n# TYPE sleipnir_discarded_lines_total counter\n";
  const std::pair<const char*, const std::atomic<uint64_t>&> reasons[] = {
      {"invalid_labels", m.invalid_labels},           {"greater_than_max_sample_age", m.greater_than_max_age},
      {"too_far_in_future", m.too_far_in_future},     {"line_too_long", m.line_too_long},
      {"structured_metadata", m.structured_metadata}, {"too_far_behind", m.too_far_behind},
      {"stream_limit", m.stream_limit},               {"rate_limited", m.rate_limited},
      {"per_stream_rate_limit", m.per_stream_rate_limit}};
  for (const auto& [reason, n] : reasons) out += "sleipnir_discarded_lines_total{reason=\"" + std::string(reason) + "\"} " + std::to_string(n.load()) + "\n";
}

void append_store(std::string& out, const storage::StoreStats& s) {
  append_metric(out, "wal_bytes", "gauge", "Size of the write-ahead log.", s.wal_bytes);
  append_metric(out, "head_bytes", "gauge", "Line bytes not sealed yet.", s.head_bytes);
  append_metric(out, "head_rows", "gauge", "Lines not sealed yet.", s.head_rows);
  append_metric(out, "parts", "gauge", "Sealed parts.", s.parts);
  append_metric(out, "part_bytes", "gauge", "Bytes of sealed parts on disk.", s.part_bytes);
  append_metric(out, "part_rows", "gauge", "Lines in sealed parts.", s.part_rows);
  append_metric(out, "streams", "gauge", "Streams of all tenants.", s.streams);
  append_metric(out, "tenants", "gauge", "Tenants with data.", s.tenants);
  append_metric(out, "damaged_parts", "gauge", "Parts set aside because they are damaged.", s.set_aside);
}

}  // namespace

void ready(Service&, Request&, Response& response) { response.set(std::string(kPlain), "ready\n"); }

void metrics(Service& service, Request&, Response& response) {
  std::string out;
  out += "# HELP sleipnir_build_info Version.\n# TYPE sleipnir_build_info gauge\nsleipnir_build_info{version=\"" + std::string(kVersion) + "\"} 1\n";
  append_metric(out, "start_time_seconds", "gauge", "Unix time of the start.", static_cast<uint64_t>(service.started / kSecond));
  append_ingest(out, service.ingest);
  append_store(out, service.store.stats());
  append_ruler_metrics(out, service.ruler);
  service.http.append(out);
  response.set("text/plain; version=0.0.4; charset=utf-8; escaping=underscores", std::move(out));
}

void buildinfo(Service&, Request&, Response& response) {
  response.set("application/json", "{\"version\":\"" + std::string(kLokiVersion) + "\",\"revision\":\"sleipnir-" + kVersion +
                                       "\",\"branch\":\"main\",\"buildUser\":\"\",\"buildDate\":\"\",\"goVersion\":\"\"}\n");
}

void show_config(Service& service, Request&, Response& response) { response.set(std::string(kPlain), config_yaml(service.config)); }

void services(Service&, Request&, Response& response) { response.set(std::string(kPlain), "server => Running\nstore => Running\n"); }

void log_level(Service&, Request& request, Response& response) {
  const auto name_of = [](spdlog::level::level_enum level) { return std::string(spdlog::level::to_string_view(level).data(), spdlog::level::to_string_view(level).size()); };
  std::string out = "{";
  if (request.method == "GET") {
    append_json_string(out += "\"message\":", "Current log level is " + name_of(spdlog::get_level()));
  } else {
    std::string wanted(request.param("log_level"));
    const auto level = spdlog::level::from_str(wanted);
    if (level == spdlog::level::off) {  // also what unknown names give
      response.status = 400;
      append_json_string(out += "\"status\":\"failed\",\"message\":", "unrecognized log level " + go_quote(wanted));
    } else {
      spdlog::set_level(level);
      append_json_string(out += "\"status\":\"success\",\"message\":", "Log level set to " + wanted);
    }
  }
  response.set("application/json", out + "}\n");
}

void flush(Service& service, Request&, Response& response) {
  if (auto done = service.store.flush(); !done) return answer_text(response, 500, done.error().message);
  response.status = 204;
}

namespace {

/// These two read the tenant's header even where authentication is off.
bool has_tenant(const Request& request, Response& response) {
  if (!request.header("X-Scope-OrgID").empty() || request.identity != nullptr) return true;
  answer_text(response, 401, "no org id");
  return false;
}

}  // namespace

void drilldown_limits(Service& service, Request& request, Response& response) {
  if (!has_tenant(request, response)) return;
  const Limits& limits = service.config.limits;
  std::string out = "{\"limits\":{";
  for (const LimitField& field : limit_fields())
    if (field.published) out += "\"" + std::string(field.name) + "\":" + limit_json(limits, field) + ",";
  out += R"("max_query_bytes_read":"0B","pattern_persistence_enabled":false},"pattern_ingester_enabled":)";
  out += limits.pattern_ingester_enabled ? "true" : "false";
  response.set("application/json", out + ",\"version\":\"unknown\"}");
}

void tenant_limits(Service& service, Request& request, Response& response) {
  if (!has_tenant(request, response)) return;
  std::string out;
  for (const LimitField& field : limit_fields()) out += std::string(field.name) + ": " + limit_yaml(service.config.limits, field) + "\n";
  response.set(std::string(kPlain), std::move(out));
}

}  // namespace sleipnir::api
