#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sleipnir::api {

struct OtlpAttribute;

/// OpenTelemetry's AnyValue.
struct OtlpValue {
  enum class Kind : uint8_t { kEmpty, kString, kBool, kInt, kDouble, kBytes, kArray, kMap };
  Kind kind = Kind::kEmpty;
  int64_t integer = 0;  ///< kInt; 0 or 1 for kBool
  double number = 0;
  std::string text;     ///< kString; kBytes: the bytes themselves
  std::vector<OtlpValue> items;
  std::vector<OtlpAttribute> members;
};

struct OtlpAttribute {
  std::string key;
  OtlpValue value;
};

/// Ids are raw bytes, empty where missing.
struct OtlpRecord {
  uint64_t time = 0, observed_time = 0;
  int32_t severity_number = 0;
  uint32_t dropped_attributes = 0, flags = 0;
  std::string severity_text, trace_id, span_id, event_name;
  OtlpValue body;
  std::vector<OtlpAttribute> attributes;
};

struct OtlpScope {
  std::string name, version;
  uint32_t dropped_attributes = 0;
  std::vector<OtlpAttribute> attributes;
  std::vector<OtlpRecord> records;
};

struct OtlpResource {
  std::vector<OtlpAttribute> attributes;
  std::vector<OtlpScope> scopes;
};

/// The resources of an ExportLogsServiceRequest.
using OtlpRequest = std::vector<OtlpResource>;

inline constexpr int kMaxOtlpDepth = 64;  ///< arrays and maps inside one another; more is refused
inline constexpr size_t kTraceIdBytes = 16, kSpanIdBytes = 8;

/// Decoders of the two encodings. Unknown fields are passed over. Errors are kInvalid, or kTooLarge (DecodeBudget).
Result<OtlpRequest> decode_otlp_proto(std::string_view message);
Result<OtlpRequest> decode_otlp_json(std::string_view body);

}  // namespace sleipnir::api
