// GET|POST /loki/api/v1/detected_fields and /detected_field/{name}/values (http-api.md §6.2, §6.3)
#include <algorithm>
#include <map>
#include <set>

#include "api/encode.h"
#include "api/field_type.h"
#include "api/handlers.h"
#include "api/json_paths.h"
#include "api/query.h"
#include "base/text.h"
#include "logql/stages/pipeline.h"

namespace sleipnir::api {
namespace {

struct Field {
  std::string type, stream;  ///< type of the oldest value in the stream that sorts last
  std::set<std::string> values;
  std::vector<std::string> parsers, json_path;
};

/// Tries the line as JSON, then as logfmt, as the stages `| json` and `| logfmt` read it.
class LineParser {
 public:
  static Result<LineParser> make() {
    LineParser p;
    auto json = logql::Pipeline::compile({logql::JsonStage{}});
    if (!json) return json.error();
    auto logfmt = logql::Pipeline::compile({logql::LogfmtStage{}});
    if (!logfmt) return logfmt.error();
    p.json_ = *json;
    p.logfmt_ = *logfmt;
    p.run_json_ = p.json_->runner();
    p.run_logfmt_ = p.logfmt_->runner();
    return p;
  }

  /// Name of the parser that could read it and its labels; "" where none could.
  std::string_view parse(const LabelSet& stream, Nanos time, std::string_view line, LabelSet& labels) {
    if (run(*run_json_, stream, time, line, labels)) return "json";
    if (run(*run_logfmt_, stream, time, line, labels)) return "logfmt";
    return "";
  }

 private:
  static bool run(logql::Runner& runner, const LabelSet& stream, Nanos time, std::string_view line, LabelSet& labels) {
    static const LabelSet none;
    logql::ProcessedRow row;
    if (!runner.run(stream, none, time, line, row) || !row.labels->error().empty()) return false;
    labels = row.labels->category(logql::Category::kParsed);
    return true;
  }

  std::shared_ptr<const logql::Pipeline> json_, logfmt_;
  std::unique_ptr<logql::Runner> run_json_, run_logfmt_;
};

class FieldCollector {
 public:
  FieldCollector(LineParser parser, uint64_t most_fields) : parser_(std::move(parser)), most_fields_(most_fields) {}

  void add(const logql::LogRow& row) {
    const std::string stream = row.stream->to_string();
    for (const Label& label : *row.metadata) note(label, stream);
    LabelSet found, original = *row.stream;
    for (const Label& label : *row.parsed) original.erase(label.name);  // what the query parsed is no collision
    const std::string_view parser = parser_.parse(original, row.timestamp, row.line, found);
    for (const Label& label : *row.parsed) {
      if (label.name.starts_with("__error") || label.name == "__preserve_error__") continue;
      note_parsed(label, stream, parser);
    }
    for (const Label& label : found) note_parsed(label, stream, parser);
    if (parser == "json") note_paths(row, original, stream);
  }

  const std::map<std::string, Field>& fields() const { return fields_; }

 private:
  Field* note(const Label& label, const std::string& stream) {
    auto it = fields_.find(label.name);
    if (it == fields_.end()) {
      if (fields_.size() >= most_fields_) return nullptr;
      it = fields_.emplace(label.name, Field{}).first;
    }
    Field& field = it->second;
    if (stream >= field.stream) {  // newest lines come first
      field.type = field_type(label.value);
      field.stream = stream;
    }
    field.values.insert(label.value);
    return &field;
  }

  void note_parsed(const Label& label, const std::string& stream, std::string_view parser) {
    Field* field = note(label, stream);
    if (field == nullptr || parser.empty()) return;
    if (std::find(field->parsers.begin(), field->parsers.end(), parser) == field->parsers.end()) field->parsers.emplace_back(parser);
  }

  void note_paths(const logql::LogRow& row, const LabelSet& labels, const std::string& stream) {
    std::set<std::string> seen;  // of equal labels in a line the first counts
    each_json_path(row.line, [&](const std::string& label, const std::vector<std::string>& path) {
      const auto field = fields_.find(labels.contains(label) ? label + "_extracted" : label);
      if (field != fields_.end() && field->second.stream == stream && seen.insert(field->first).second) field->second.json_path = path;
    });
  }

  LineParser parser_;
  const uint64_t most_fields_;
  std::map<std::string, Field> fields_;
};

struct FieldsRequest {
  RangeParameters range;
  uint64_t limit = 1000;
};

Result<FieldsRequest> read(const Request& request) {
  FieldsRequest p;
  auto time = read_time_range(request, now());
  if (!time) return time.error();
  p.range.time = *time;
  if (time->end < time->start) return invalid("end timestamp must not be before or equal to start time");
  auto lines = parse_limit(request.param("line_limit"), 100);
  if (!lines) return lines.error();
  p.range.limit = *lines;
  auto limit = parse_limit(request.has_param("limit") ? request.param("limit") : request.param("field_limit"), 1000);
  if (!limit) return limit.error();
  p.limit = *limit;
  auto step = parse_step(request.param("step"), default_step(*time));
  if (!step) return step.error();
  if (auto ok = check_resolution(*time, *step); !ok) return ok.error();
  return p;
}

/// The fields of the newest lines. `limit` receives the limit of the request.
Result<FieldCollector> collect(Query& query, const Request& request, bool all_fields, uint64_t& limit) {
  auto parameters = read(request);
  if (!parameters) return parameters.error();
  limit = parameters->limit;
  auto parsed = logql::parse(request.param("query"), query.parse_options());
  if (!parsed) return parsed.error();
  const auto* log = std::get_if<logql::LogExpr>(&(*parsed)->v);
  if (log == nullptr) return invalid("only log selector is supported");
  RangeParameters& range = parameters->range;
  if (auto ok = check_query(**parsed, query.limits(), range.limit, range.time); !ok) return ok.error();
  auto parser = LineParser::make();
  if (!parser) return parser.error();
  FieldCollector collector(std::move(*parser), all_fields ? UINT64_MAX : limit);
  if (!clamp_lookback(range.time, query.limits(), now())) return collector;
  auto done = run_log_query(query, *log, range, [&](const logql::LogRow& row) {
    collector.add(row);
    return true;
  });
  if (!done) return done.error();
  return collector;
}

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
  uint64_t limit = 0;
  const auto found = collect(query, request, false, limit);
  if (!found) return found.error();
  std::string list;
  for (const auto& [name, field] : found->fields()) {
    if (!list.empty()) list += ',';
    append_field(list, name, field);
  }
  response.set(std::string(kJson), list.empty() ? "{}\n" : "{\"fields\":[" + list + "],\"limit\":" + std::to_string(limit) + "}\n");
  return {};
}

Result<void> detected_field_values(Query& query, const Request& request, Response& response) {
  uint64_t limit = 0;
  const auto found = collect(query, request, true, limit);
  if (!found) return found.error();
  std::set<std::string> values;
  if (const auto field = found->fields().find(request.path_values.at(0)); field != found->fields().end())
    for (const std::string& value : field->second.values)
      if (values.size() < limit) values.insert(normal_value(value));
  std::string out = "{}\n";
  if (!values.empty()) {
    out = "{\"limit\":" + std::to_string(limit) + ",\"values\":";
    append_strings(out, {values.begin(), values.end()});
    out += "}\n";
  }
  response.set(std::string(kJson), std::move(out));
  return {};
}

}  // namespace sleipnir::api
