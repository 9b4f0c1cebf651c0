#include "api/metadata/field_rows.h"

#include "logql/stages/pipeline.h"

namespace sleipnir::api {
namespace {

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

struct FieldsRequest {
  RangeParameters range;
  uint64_t limit = 1000;
};

Result<FieldsRequest> read(const Request& request) {
  FieldsRequest p;
  auto time = read_ordered_range(request, now());
  if (!time) return time.error();
  p.range.time = *time;
  auto lines = parse_limit(request.param("line_limit"), 100);
  if (!lines) return lines.error();
  p.range.limit = *lines;
  const auto given = request.param("limit");
  auto limit = parse_limit(given.empty() ? request.param("field_limit") : given, 1000);
  if (!limit) return limit.error();
  p.limit = *limit;
  auto step = parse_step(request.param("step"), default_step(*time));
  if (!step) return step.error();
  if (auto ok = check_resolution(*time, *step); !ok) return ok.error();
  return p;
}

}  // namespace

Result<uint64_t> each_field_row(Query& query, const Request& request, const std::function<void(const FieldRow&)>& f) {
  auto parameters = read(request);
  if (!parameters) return parameters.error();
  auto parsed = logql::parse(request.param("query"), query.parse_options());
  if (!parsed) return parsed.error();
  const auto* log = std::get_if<logql::LogExpr>(&(*parsed)->v);
  if (log == nullptr) return invalid("only log selector is supported");
  RangeParameters& range = parameters->range;
  if (auto ok = check_query(**parsed, query.limits(), range.limit, range.time); !ok) return ok.error();
  auto parser = LineParser::make();
  if (!parser) return parser.error();
  if (!clamp_lookback(range.time, query.limits(), now())) return parameters->limit;
  auto done = run_log_query(query, *log, range, [&](const logql::LogRow& row) {
    LabelSet own = *row.stream, found;
    for (const Label& label : *row.parsed) own.erase(label.name);
    const std::string_view by = parser->parse(own, row.timestamp, row.line, found);
    f({row, own, by, found});
    return true;
  });
  if (!done) return done.error();
  return parameters->limit;
}

}  // namespace sleipnir::api
