// GET|POST /loki/api/v1/series (http-api.md §4.3)
#include <unordered_set>

#include "api/encode.h"
#include "api/handlers.h"
#include "api/metadata.h"

namespace sleipnir::api {

Result<void> series(Query& query, const Request& request, Response& response) {
  auto time = metadata_range(query, request);
  if (!time) return time.error();
  std::vector<std::vector<Matcher>> selectors;
  for (const auto& [name, value] : request.params) {
    if (name != "match" && name != "match[]") continue;
    auto parsed = logql::parse_selector(value, true);
    if (!parsed) return parsed.error();
    selectors.push_back(std::move(*parsed));
  }
  if (selectors.empty()) selectors.emplace_back();
  std::unordered_set<const Stream*> seen;
  auto& body = response.body;
  response.content_type = kJson;
  body_piece(body) += R"({"status":"success","data":[)";
  for (const auto& matchers : selectors) {
    auto streams = find_streams(query, matchers, *time);
    if (!streams) return streams.error();
    for (const Stream* stream : *streams) {
      if (!seen.insert(stream).second) continue;
      std::string& out = body_piece(body);
      if (seen.size() > 1) out += ',';
      append_labels(out, stream->labels);
    }
  }
  body_piece(body) += "]}\n";
  return {};
}

}  // namespace sleipnir::api
