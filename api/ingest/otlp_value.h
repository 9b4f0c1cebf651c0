#pragma once
#include <string>

#include "api/ingest/otlp_model.h"

namespace sleipnir::api {

/// A value as text, as a log line or a label shows it: strings as they are, numbers in decimal, bytes in base64, arrays and maps as JSON with
/// sorted keys and without HTML escapes, nothing for an empty value (http-api.md §10).
std::string to_text(const OtlpValue& value);

}  // namespace sleipnir::api
