// GET|POST /loki/api/v1/detected_labels (http-api.md §6.1)
#include <algorithm>
#include <map>
#include <set>

#include "api/encode.h"
#include "api/handlers.h"
#include "api/metadata.h"
#include "base/number.h"
#include "base/text.h"

namespace sleipnir::api {
namespace {

constexpr std::string_view kAlways[] = {"cluster", "namespace", "instance", "pod"};

bool is_uuid(std::string_view s) {
  if (s.size() != 36) return false;
  for (size_t i = 0; i < s.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? s[i] != '-' : !std::isxdigit(static_cast<unsigned char>(s[i]))) return false;
  }
  return true;
}

/// A label whose every value is a number or a UUID names things, it does not group them. 0 and 1 are truth values, not names.
bool is_id(const std::set<std::string_view>& values) {
  return std::all_of(values.begin(), values.end(), [](std::string_view v) { return is_uuid(v) || (v != "0" && v != "1" && parse_go_float(v).ok()); });
}

}  // namespace

Result<void> detected_labels(Query& query, const Request& request, Response& response) {
  auto time = metadata_range(query, request);
  if (!time) return time.error();
  std::vector<Matcher> matchers;
  if (const auto text = request.param("query"); !text.empty()) {
    auto parsed = logql::parse_selector(text, true);
    if (!parsed) return parsed.error();
    matchers = std::move(*parsed);
  }
  const auto streams = find_streams(query, matchers, *time);
  if (!streams) return streams.error();
  std::map<std::string_view, std::set<std::string_view>> values;
  for (const Stream* stream : *streams)
    for (const Label& label : stream->labels) values[label.name].insert(label.value);
  std::string list;
  for (const auto& [name, set] : values) {
    if (std::find(std::begin(kAlways), std::end(kAlways), name) == std::end(kAlways) && is_id(set)) continue;
    append_json_string(list += list.empty() ? "{\"label\":" : ",{\"label\":", name);
    list += ",\"cardinality\":" + std::to_string(set.size()) + "}";
  }
  response.set(std::string(kJson), list.empty() ? "{}\n" : "{\"detectedLabels\":[" + list + "]}\n");
  return {};
}

}  // namespace sleipnir::api
