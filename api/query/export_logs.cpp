// GET|POST /loki/api/v1/export: every line of a log query as JSON lines, in constant memory (docs/export.md)
#include "api/query/encode.h"
#include "api/handlers.h"
#include "base/text.h"

namespace sleipnir::api {
namespace {

constexpr size_t kPiece = 64 << 10;

void append_category(std::string& out, std::string_view name, const LabelSet& labels) {
  if (labels.empty()) return;
  append_labels(((out += ",\"") += name) += "\":", labels);
}

/// `{"ts":"1795268520482000000","line":"…","stream":{…},"metadata":{…},"parsed":{…}}`, empty sets left out.
void append_row(std::string& out, const logql::LogRow& row) {
  out += "{\"ts\":\"" + std::to_string(row.timestamp) + "\",\"line\":";
  append_json_string(out, row.line);
  append_category(out, "stream", *row.stream);
  append_category(out, "metadata", *row.metadata);
  append_category(out, "parsed", *row.parsed);
  out += "}\n";
}

void append_error(std::string& out, const Error& error) {
  append_json_string(out += "{\"error\":", error.message);
  out += "}\n";
}

Result<RangeParameters> read_parameters(const Request& request) {
  auto parameters = read_range_parameters(request, now());
  if (!parameters) return parameters;
  if (request.param("limit").empty()) parameters->limit = 0;
  if (request.param("direction").empty()) parameters->direction = Direction::kForward;
  return parameters;
}

}  // namespace

Result<void> export_logs(const std::shared_ptr<Query>& query, const Request& request, Response& response) {
  auto parameters = read_parameters(request);
  if (!parameters) return parameters.error();
  auto parsed = logql::parse(request.param("query"), query->parse_options());
  if (!parsed) return parsed.error();
  if (!(*parsed)->is_log()) return invalid("only log queries can be exported");
  if (auto ok = check_query(**parsed, query->limits(), 0, parameters->time); !ok) return ok;
  query->set_class("export");
  const bool lines_only = request.param("format") == "lines";
  if (!lines_only && !request.param("format").empty() && request.param("format") != "ndjson") return invalid("format: ndjson or lines is expected");
  const bool nothing = !clamp_lookback(parameters->time, query->limits(), now());
  if (request.cancellation != nullptr) request.cancellation->deadline = std::chrono::steady_clock::time_point::max();  // it lasts as long as its reader wants
  response.content_type = lines_only ? std::string(kPlain) : "application/x-ndjson";
  response.stream = [=, expr = std::shared_ptr<const logql::Expr>(std::move(*parsed)), p = *parameters](const std::function<bool(std::string_view)>& write) -> Result<void> {
    if (nothing) return {};
    std::string out;
    const auto done = run_log_query(*query, std::get<logql::LogExpr>(expr->v), p, [&](const logql::LogRow& row) {
      if (lines_only) out.append(row.line) += '\n';
      else append_row(out, row);
      if (out.size() < kPiece) return true;
      const bool taken = write(out);
      out.clear();
      return taken;
    });
    if (!done && !lines_only) append_error(out, done.error());
    write(out);
    return done;
  };
  return {};
}

}  // namespace sleipnir::api
