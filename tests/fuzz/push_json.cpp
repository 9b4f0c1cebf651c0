// JSON bodies of both push forms.
#include <cstdint>

#include "api/ingest/json.h"
#include "input.h"

using namespace sleipnir;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  for (const auto& streams : {api::decode_push_json(body), api::decode_push_json_legacy(body)}) {
    if (!streams) {
      fuzz::require(!streams.error().message.empty(), "a refusal has a message", body);
      continue;
    }
    size_t lines = 0;
    for (const auto& s : *streams)
      for (const auto& e : s.entries) lines += e.line.size();
    fuzz::require(lines <= size * 3, "lines are not longer than the body", body);
  }
  return 0;
}
