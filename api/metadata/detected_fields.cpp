// GET|POST /loki/api/v1/detected_fields (http-api.md §6.2)
#include <algorithm>
#include <map>
#include <set>

#include "api/query/encode.h"
#include "api/metadata/field_rows.h"
#include "api/metadata/field_type.h"
#include "api/handlers.h"
#include "api/metadata/json_paths.h"
#include "base/text.h"

namespace sleipnir::api {
namespace {

struct Field {
  size_t rank = 0;           ///< 1: the first that was found
  std::string type, stream;  ///< type of the oldest value in the stream that sorts last
  std::set<std::string> values;
  std::vector<std::string> parsers, json_path;
};

class FieldCollector {
 public:
  void add(const FieldRow& line) {
    const std::string stream = line.row.stream->to_string();
    for (const Label& label : *line.row.metadata) note(label, stream);
    line.each_parsed([&](const Label& label) { note_parsed(label, stream, line.parser); });
    if (line.parser == "json") note_paths(line, stream);
  }

  const std::map<std::string, Field>& fields() const { return fields_; }

 private:
  Field& note(const Label& label, const std::string& stream) {
    const auto [it, fresh] = fields_.try_emplace(label.name);
    Field& field = it->second;
    if (fresh) field.rank = fields_.size();
    if (stream >= field.stream) {  // newest lines come first
      field.type = field_type(label.value);
      field.stream = stream;
    }
    field.values.insert(label.value);
    return field;
  }

  void note_parsed(const Label& label, const std::string& stream, std::string_view parser) {
    Field& field = note(label, stream);
    if (parser.empty()) return;
    if (std::find(field.parsers.begin(), field.parsers.end(), parser) == field.parsers.end()) field.parsers.emplace_back(parser);
  }

  void note_paths(const FieldRow& line, const std::string& stream) {
    std::set<std::string> seen;  // of equal labels in a line the first counts
    each_json_path(line.row.line, [&](const std::string& label, const std::vector<std::string>& path) {
      const auto field = fields_.find(line.own.contains(label) ? label + "_extracted" : label);
      if (field != fields_.end() && field->second.stream == stream && seen.insert(field->first).second) field->second.json_path = path;
    });
  }

  std::map<std::string, Field> fields_;
};

void append_field(std::string& out, const std::string& name, const Field& field) {
  append_json_string(out += "{\"label\":", name);
  ((out += ",\"type\":\"") += field.type) += "\",\"cardinality\":" + std::to_string(field.values.size()) + ",\"parsers\":";
  if (field.parsers.empty()) {
    out += "null";
  } else {
    append_strings(out, field.parsers);
  }
  if (!field.json_path.empty()) append_strings(out += ",\"jsonPath\":", field.json_path);
  out += '}';
}

}  // namespace

Result<void> detected_fields(Query& query, const Request& request, Response& response) {
  FieldCollector found;
  const auto limit = each_field_row(query, request, [&](const FieldRow& line) { found.add(line); });
  if (!limit) return limit.error();
  std::string list;
  for (const auto& [name, field] : found.fields()) {
    if (field.rank > *limit) continue;
    if (!list.empty()) list += ',';
    append_field(list, name, field);
  }
  response.set(std::string(kJson), list.empty() ? "{}\n" : "{\"fields\":[" + list + "],\"limit\":" + std::to_string(*limit) + "}\n");
  return {};
}

}  // namespace sleipnir::api
