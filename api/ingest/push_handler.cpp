// POST /loki/api/v1/push, /api/prom/push and /otlp/v1/logs (http-api.md §9, §10)
#include "api/handlers.h"
#include "api/ingest/otlp.h"
#include "api/ingest/push.h"

namespace sleipnir::api {
namespace {

PushRequestView view(const Request& request, bool legacy) {
  return {.body = request.body, .content_type = request.header("Content-Type"), .content_encoding = request.header("Content-Encoding"), .legacy = legacy, .memory = request.memory.get()};
}

void answer(Response& response, PushOutcome outcome, std::string_view type) {
  response.status = outcome.status;
  if (outcome.message.empty()) return;
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  response.set(std::string(type), std::move(outcome.message));
}

constexpr std::string_view kOtlpError = "application/octet-stream";

}  // namespace

void push(Service& service, const std::string& tenant, Request& request, Response& response) {
  answer(response, handle_push(service.store, tenant, service.config.limits, view(request, false), service.ingest, &service.tails), kPlain);
}

void legacy_push(Service& service, const std::string& tenant, Request& request, Response& response) {
  answer(response, handle_push(service.store, tenant, service.config.limits, view(request, true), service.ingest, &service.tails), kPlain);
}

void refuse_otlp_tenant(Response& response, const TenantError& error) {
  answer_tenant_error(response, error);
  if (error.status != 401) response.set(std::string(kOtlpError), otlp_status(error.message));  // without a tenant nobody has looked at the path yet
}

void otlp_push(Service& service, const std::string& tenant, Request& request, Response& response) {
  answer(response, handle_otlp(service.store, tenant, service.config.limits, view(request, false), service.ingest, &service.tails), kOtlpError);
}

}  // namespace sleipnir::api
