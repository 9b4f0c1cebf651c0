// GET|POST /loki/api/v1/series (http-api.md §4.3)
#include <set>
#include <unordered_set>

#include "api/query/encode.h"
#include "api/handlers.h"
#include "api/metadata/metadata.h"

namespace sleipnir::api {
namespace {

/// Those of `match` and `match[]`. One `{}` is as good as none; among others it is refused.
Result<std::vector<std::vector<Matcher>>> read_selectors(const Request& request) {
  std::set<std::string_view> texts;
  for (const auto& [name, value] : request.params)
    if (name == "match" || name == "match[]") texts.insert(value);
  std::vector<std::vector<Matcher>> selectors;
  for (const std::string_view text : texts) {
    auto parsed = logql::parse_selector(text, logql::SelectorRule::kAny);
    if (!parsed) return parsed.error();
    if (parsed->empty() && texts.size() > 1) return invalid("0 matchers in group: " + std::string(text));
    selectors.push_back(std::move(*parsed));
  }
  if (selectors.empty()) selectors.emplace_back();
  return selectors;
}

}  // namespace

Result<void> series(Query& query, const Request& request, Response& response) {
  auto time = metadata_range(query, request);
  if (!time) return time.error();
  auto selectors = read_selectors(request);
  if (!selectors) return selectors.error();
  std::unordered_set<const Stream*> seen;
  auto& body = response.body;
  response.content_type = kJson;
  body_piece(body) += R"({"status":"success","data":[)";
  for (const auto& matchers : *selectors) {
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
