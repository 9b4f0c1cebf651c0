#pragma once
// The endpoints, one file each (`query_range.cpp`, `labels.cpp`, …). `routes.cpp` says under which paths they are found.
#include <memory>

#include "api/http/exchange.h"
#include "api/query/query.h"
#include "api/service.h"

namespace sleipnir::api {

// Reading, for one tenant or several. An error becomes the answer, whatever was written before.
Result<void> query_range(Query& query, const Request& request, Response& response);
Result<void> query_instant(Query& query, const Request& request, Response& response);
Result<void> legacy_query(Query& query, const Request& request, Response& response);
Result<void> labels(Query& query, const Request& request, Response& response);
Result<void> label_values(Query& query, const Request& request, Response& response);
Result<void> series(Query& query, const Request& request, Response& response);
Result<void> index_stats(Query& query, const Request& request, Response& response);
Result<void> volume(Query& query, const Request& request, Response& response);
Result<void> volume_range(Query& query, const Request& request, Response& response);
Result<void> detected_labels(Query& query, const Request& request, Response& response);
Result<void> detected_fields(Query& query, const Request& request, Response& response);
Result<void> detected_field_values(Query& query, const Request& request, Response& response);
Result<void> patterns(Query& query, const Request& request, Response& response);

/// The query outlives the call: the answer is written while it runs.
Result<void> export_logs(const std::shared_ptr<Query>& query, const Request& request, Response& response);

// For one tenant only: it becomes a websocket.
void tail(Service& service, const std::string& tenant, Request& request, Response& response);

// Writing.
void push(Service& service, const std::string& tenant, Request& request, Response& response);
void legacy_push(Service& service, const std::string& tenant, Request& request, Response& response);
/// In the form in which collectors read errors.
void refuse_otlp_tenant(Response& response, const TenantError& error);
void otlp_push(Service& service, const std::string& tenant, Request& request, Response& response);
void insert_ndjson(Service& service, const std::string& tenant, Request& request, Response& response);
void elastic_bulk(Service& service, const std::string& tenant, Request& request, Response& response);

// Deletion.
void add_delete_request(Service& service, const std::string& tenant, Request& request, Response& response);
void list_delete_requests(Service& service, const std::string& tenant, Request& request, Response& response);
void cancel_delete_request(Service& service, const std::string& tenant, Request& request, Response& response);
void cache_generation(Service& service, const std::string& tenant, Request& request, Response& response);

// Rules.
void list_rules(Service& service, const std::string& tenant, Request& request, Response& response);
void get_rule_group(Service& service, const std::string& tenant, Request& request, Response& response);
void set_rule_group(Service& service, const std::string& tenant, Request& request, Response& response);
void delete_rule_group(Service& service, const std::string& tenant, Request& request, Response& response);
void delete_rule_namespace(Service& service, const std::string& tenant, Request& request, Response& response);
void rules_status(Service& service, const std::string& tenant, Request& request, Response& response);
void alerts_status(Service& service, const std::string& tenant, Request& request, Response& response);

// Without a tenant.
void format_query(Service& service, Request& request, Response& response);
void ready(Service& service, Request& request, Response& response);
void metrics(Service& service, Request& request, Response& response);
void buildinfo(Service& service, Request& request, Response& response);
void show_config(Service& service, Request& request, Response& response);
void services(Service& service, Request& request, Response& response);
void log_level(Service& service, Request& request, Response& response);
void flush(Service& service, Request& request, Response& response);
void drilldown_limits(Service& service, Request& request, Response& response);
void tenant_limits(Service& service, Request& request, Response& response);

// What Elasticsearch's shippers ask before they send.
void elastic_info(Service& service, Request& request, Response& response);
void elastic_license(Service& service, Request& request, Response& response);
void elastic_xpack(Service& service, Request& request, Response& response);
void elastic_health(Service& service, Request& request, Response& response);
/// Templates, policies, pipelines, indices: there, whoever asks, and made, whoever makes them.
void elastic_setup(Service& service, Request& request, Response& response);

}  // namespace sleipnir::api
