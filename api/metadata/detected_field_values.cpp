// GET|POST /loki/api/v1/detected_field/{name}/values (http-api.md §6.3)
#include <map>
#include <set>

#include "api/query/encode.h"
#include "api/metadata/field_rows.h"
#include "api/metadata/field_type.h"
#include "api/handlers.h"

namespace sleipnir::api {
namespace {

/// Values of one field by stream, and in it by line, newest first. Sizes that were parsed are written one way.
class ValueCollector {
 public:
  explicit ValueCollector(std::string_view name) : name_(name) {}

  void add(const FieldRow& line) {
    std::set<std::string> values;
    if (const std::string* value = line.row.metadata->find(name_)) values.insert(*value);
    line.each_parsed([&](const Label& label) {
      if (label.name == name_) values.insert(normal_value(label.value));
    });
    if (!values.empty()) streams_[line.row.stream->to_string()].push_back(std::move(values));
  }

  /// Whole lines, until there are `limit` values.
  std::set<std::string> first(uint64_t limit) const {
    std::set<std::string> all;
    for (const auto& [stream, lines] : streams_)
      for (const auto& values : lines)
        if (all.size() < limit) all.insert(values.begin(), values.end());
    return all;
  }

 private:
  const std::string_view name_;
  std::map<std::string, std::vector<std::set<std::string>>> streams_;
};

}  // namespace

Result<void> detected_field_values(Query& query, const Request& request, Response& response) {
  ValueCollector found(request.path_values.at(0));
  const auto limit = each_field_row(query, request, [&](const FieldRow& line) { found.add(line); });
  if (!limit) return limit.error();
  const std::set<std::string> values = found.first(*limit);
  std::string out = "{}\n";
  if (!values.empty()) {
    out = "{\"limit\":" + std::to_string(*limit) + ",\"values\":";
    append_strings(out, {values.begin(), values.end()});
    out += "}\n";
  }
  response.set(std::string(kJson), std::move(out));
  return {};
}

}  // namespace sleipnir::api
