#pragma once
#include <vector>

#include "api/ingest_otlp_model.h"
#include "api/ingest_request.h"
#include "base/limits.h"

namespace sleipnir::api {

/// Turns OTLP logs into streams (http-api.md §10): known resource attributes become labels, all else structured metadata; the body becomes the
/// line. Takes the request apart. Errors: kInvalid for an attribute name that leaves no label name,
/// kTooLarge where the metadata that records share would outgrow a DecodeBudget.
Result<std::vector<ReceivedStream>> streams_of(OtlpRequest request, const Limits& limits, Nanos now);

}  // namespace sleipnir::api
