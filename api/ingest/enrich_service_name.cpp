#include "api/ingest/enrich_service_name.h"

#include <string_view>

namespace sleipnir::api {

bool is_internal_stream(const LabelSet& stream) { return stream.contains("__aggregated_metric__") || stream.contains("__pattern__"); }

bool add_service_name(LabelSet& stream, const std::vector<std::string>& candidates) {
  if (candidates.empty() || stream.contains("service_name") || is_internal_stream(stream)) return false;
  std::string name = "unknown_service";
  for (const std::string& candidate : candidates) {
    if (const std::string_view value = stream.get(candidate); !value.empty()) {
      name = value;
      break;
    }
  }
  stream.set("service_name", name);
  return true;
}

}  // namespace sleipnir::api
