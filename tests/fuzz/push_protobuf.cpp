// Protobuf bodies, already decompressed.
#include <cstdint>

#include "api/ingest/proto.h"
#include "input.h"

using namespace sleipnir;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const auto streams = api::decode_push_proto(body);
  if (!streams) {
    fuzz::require(!streams.error().message.empty(), "a refusal has a message");
    return 0;
  }
  size_t lines = 0;
  for (const auto& s : *streams)
    for (const auto& e : s.entries) lines += e.line.size();
  fuzz::require(lines <= size, "lines are not longer than the body");
  return 0;
}
