// OTLP requests in both encodings, down to streams.
#include <cstdint>

#include "api/ingest/otlp_mapping.h"
#include "api/ingest/otlp_model.h"
#include "input.h"

using namespace sleipnir;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  static const Limits limits;
  for (auto decode : {api::decode_otlp_proto, api::decode_otlp_json}) {
    auto request = decode(body);
    if (!request) {
      fuzz::require(!request.error().message.empty(), "a refusal has a message");
      continue;
    }
    const auto streams = api::streams_of(std::move(*request), limits, 1772323200000000000);
    fuzz::require(streams.ok() || !streams.error().message.empty(), "a refusal has a message");
  }
  return 0;
}
