// What Elasticsearch's shippers ask before they send (docs/ingestion.md): versions, licence, templates, lifecycle policies.
#include "api/handlers.h"
#include "api/version.h"

namespace sleipnir::api {
namespace {

void answer(Response& response, std::string json) {
  response.headers.emplace_back("X-Elastic-Product", "Elasticsearch");  // without it newer clients refuse to go on
  response.set("application/json", std::move(json));
}

constexpr std::string_view kLicense = R"({"uid":"00000000-0000-0000-0000-000000000000","type":"basic","mode":"basic","status":"active"})";

}  // namespace

void elastic_info(Service&, Request&, Response& response) {
  // The version makes shippers send what _bulk understands: no document types, data streams allowed.
  answer(response, std::string(R"({"name":"sleipnir","cluster_name":"sleipnir","cluster_uuid":"sleipnir","version":{"number":"8.17.0","build_flavor":"default","build_type":"deb","build_hash":")") + kVersion +
                       R"(","build_date":"2026-01-01T00:00:00Z","build_snapshot":false,"lucene_version":"9.12.0","minimum_wire_compatibility_version":"7.17.0","minimum_index_compatibility_version":"7.0.0"},"tagline":"You Know, for Search"})");
}

void elastic_license(Service&, Request&, Response& response) { answer(response, "{\"license\":" + std::string(kLicense) + "}"); }

void elastic_xpack(Service&, Request&, Response& response) {
  answer(response, "{\"build\":{\"hash\":\"\",\"date\":\"\"},\"license\":" + std::string(kLicense) + R"(,"features":{"ilm":{"available":true,"enabled":true}},"tagline":""})");
}

void elastic_health(Service&, Request&, Response& response) { answer(response, R"({"cluster_name":"sleipnir","status":"green","timed_out":false,"number_of_nodes":1})"); }

void elastic_setup(Service&, Request& request, Response& response) { answer(response, request.method == "PUT" || request.method == "POST" ? R"({"acknowledged":true})" : "{}"); }

}  // namespace sleipnir::api
