#include "api/ingest/line_mapping.h"

#include "api/http/split.h"
#include "base/text.h"

namespace sleipnir::api {
namespace {

constexpr size_t kMostLabels = 50;  // each is looked for in each line

/// Low cardinality, and enough to find a service's lines: Elastic's common schema, Kubernetes, and plain names.
constexpr std::string_view kLabels[] = {"service.name", "service", "app", "kubernetes.namespace", "kubernetes.container.name", "host.name"};
constexpr std::string_view kTimes[] = {"@timestamp", "timestamp", "time", "ts"};

template <class F>
void each_value(const Request& request, std::string_view name, std::string_view alias, F&& f) {
  for (const auto& [key, value] : request.params)
    if (key == name || key == alias)
      each_part(value, ',', [&](std::string_view item) {
        if (const auto text = trim_space(item); !text.empty()) f(text);
      });
}

}  // namespace

Result<LineMapping> read_line_mapping(const Request& request) {
  LineMapping mapping;
  std::string wrong;
  const auto add_field = [&](std::string_view text) {
    const size_t equals = text.find('=');
    const std::string_view path = equals == text.npos ? text : text.substr(equals + 1);
    std::string name = sanitize_label_name(text.substr(0, equals));
    if (name.empty() || path.empty()) wrong = "label: FIELD or NAME=FIELD is expected, not " + go_quote(text);
    mapping.labels.push_back({std::move(name), std::string(path)});
  };
  each_value(request, "label", "_stream_fields", add_field);
  if (mapping.labels.empty())
    for (const auto path : kLabels) add_field(path);
  each_value(request, "extra_label", "extra_fields", [&](std::string_view text) {
    const size_t equals = text.find('=');
    std::string name = sanitize_label_name(text.substr(0, equals));
    if (equals == text.npos || name.empty()) wrong = "extra_label: NAME=VALUE is expected, not " + go_quote(text);
    else mapping.constants.push_back({std::move(name), std::string(text.substr(equals + 1))});
  });
  each_value(request, "time", "_time_field", [&](std::string_view path) { mapping.times.emplace_back(path); });
  mapping.time_must_parse = !mapping.times.empty();
  if (mapping.times.empty()) mapping.times.assign(std::begin(kTimes), std::end(kTimes));
  if (!wrong.empty()) return invalid(wrong);
  if (mapping.labels.size() + mapping.constants.size() + mapping.times.size() > kMostLabels) return invalid("at most " + std::to_string(kMostLabels) + " fields can be mapped");
  return mapping;
}

}  // namespace sleipnir::api
