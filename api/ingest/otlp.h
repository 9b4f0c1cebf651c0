#pragma once
#include <string>

#include "api/ingest/push.h"

namespace sleipnir::api {

/// The body of a refusal: google.rpc.Status with nothing but its message.
std::string otlp_status(std::string_view message);

/// POST /otlp/v1/logs: an ExportLogsServiceRequest as protobuf or JSON (http-api.md §10). Streams, validation, limits and metrics are those of
/// handle_push. An error body is a protobuf google.rpc.Status with the message alone, whatever the request's content type
/// (send it as application/octet-stream); an internal error is 503, which collectors retry. `request.legacy` is ignored.
PushOutcome handle_otlp(storage::Store& store, const std::string& tenant, const Limits& limits, const PushRequestView& request,
                        IngestMetrics& metrics, TailHub* tails = nullptr);

}  // namespace sleipnir::api
