// GET|POST /loki/api/v1/detected_labels (http-api.md §6.1)
#include <algorithm>
#include <map>
#include <set>

#include "api/query/encode.h"
#include "api/handlers.h"
#include "api/metadata/metadata.h"
#include "api/query/multi_tenant_source.h"
#include "base/hex.h"
#include "base/number.h"
#include "base/text.h"

namespace sleipnir::api {
namespace {

constexpr std::string_view kAlways[] = {"cluster", "namespace", "instance", "pod"};

bool is_hex(char c) { return hex_digit(c) >= 0; }

/// In any of the forms that Go's uuid.Parse takes: plain, of hex digits alone, between two other bytes, as a URN.
bool is_uuid(std::string_view s) {
  constexpr std::string_view kUrn = "urn:uuid:";
  constexpr size_t kPlain = 36, kDigits = 32;
  if (s.size() == kDigits) return std::all_of(s.begin(), s.end(), is_hex);
  if (s.size() == kPlain + 2) s = s.substr(1, kPlain);
  if (s.size() == kPlain + kUrn.size() && to_lower(s.substr(0, kUrn.size())) == kUrn) s.remove_prefix(kUrn.size());
  if (s.size() != kPlain) return false;
  for (size_t i = 0; i < s.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? s[i] != '-' : !is_hex(s[i])) return false;
  }
  return true;
}

/// A label whose every value is a number or a UUID names things, it does not group them. Nothing but 0 and 1 are truth values, not names.
bool is_id(const std::set<std::string_view>& values) {
  if (std::all_of(values.begin(), values.end(), [](std::string_view v) { return v == "0" || v == "1"; })) return false;
  return std::all_of(values.begin(), values.end(), [](std::string_view v) { return is_uuid(v) || parse_go_float(v).ok(); });
}

}  // namespace

Result<void> detected_labels(Query& query, const Request& request, Response& response) {
  auto time = read_ordered_range(request, now());
  if (!time) return time.error();
  if (auto ok = check_length(*time, query.limits()); !ok) return ok;
  std::vector<Matcher> matchers;
  if (const auto text = request.param("query"); !text.empty()) {
    auto parsed = logql::parse_selector(text, query.strict() ? logql::SelectorRule::kSelective : logql::SelectorRule::kAny);
    if (!parsed) return parsed.error();
    matchers = std::move(*parsed);
  }
  const auto streams = find_streams(query, matchers, *time);
  if (!streams) return streams.error();
  std::map<std::string_view, std::set<std::string_view>> values;
  for (const Stream* stream : *streams)
    for (const Label& label : stream->labels)
      if (label.name != kTenantLabel) values[label.name].insert(label.value);
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
