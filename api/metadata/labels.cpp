// GET|POST /loki/api/v1/labels and /loki/api/v1/label/{name}/values (http-api.md §4.1, §4.2)
#include <algorithm>
#include <unordered_set>

#include "api/query/encode.h"
#include "api/handlers.h"
#include "api/metadata/metadata.h"
#include "base/text.h"

namespace sleipnir::api {
namespace {

Result<std::vector<const Stream*>> streams_asked_for(Query& query, const Request& request) {
  auto time = metadata_range(query, request);
  if (!time) return time.error();
  std::vector<Matcher> matchers;
  if (const auto text = request.param("query"); !text.empty()) {
    auto parsed = logql::parse_selector(text);
    if (!parsed) return parsed.error();
    matchers = std::move(*parsed);
  }
  return find_streams(query, matchers, *time);
}

/// The texts in order; `data` is missing where there are none.
void answer_set(Response& response, const std::unordered_set<std::string_view>& distinct) {
  std::vector<std::string_view> texts(distinct.begin(), distinct.end());
  std::sort(texts.begin(), texts.end());
  std::string out = R"({"status":"success")";
  for (size_t i = 0; i < texts.size(); ++i) append_json_string(out += i == 0 ? ",\"data\":[" : ",", texts[i]);
  response.set(std::string(kJson), out + (texts.empty() ? "}\n" : "]}\n"));
}

}  // namespace

Result<void> labels(Query& query, const Request& request, Response& response) {
  const auto streams = streams_asked_for(query, request);
  if (!streams) return streams.error();
  std::unordered_set<std::string_view> names;
  for (const Stream* stream : *streams)
    for (const Label& label : stream->labels) names.insert(label.name);
  answer_set(response, names);
  return {};
}

Result<void> label_values(Query& query, const Request& request, Response& response) {
  const auto streams = streams_asked_for(query, request);
  if (!streams) return streams.error();
  std::unordered_set<std::string_view> values;
  for (const Stream* stream : *streams)
    if (const std::string* value = stream->labels.find(request.path_values.at(0))) values.insert(*value);
  answer_set(response, values);
  return {};
}

}  // namespace sleipnir::api
