// GET|POST /api/prom/query (http-api.md §4.4)
#include <algorithm>
#include <map>

#include "api/query/encode.h"
#include "api/query/encode_stats.h"
#include "api/handlers.h"
#include "api/query/query.h"
#include "base/text.h"

namespace sleipnir::api {

Result<void> legacy_query(Query& query, const Request& request, Response& response) {
  auto p = read_range_parameters(request, now());
  if (!p) return p.error();
  std::string text(request.param("query"));
  if (const auto regexp = request.param("regexp"); !regexp.empty()) {
    const auto plain = logql::parse(text, query.parse_options());
    if (!plain) return plain.error();
    if (!(*plain)->is_log()) return invalid("only log selector is supported");
    text = logql::print(**plain) + " |~ " + go_quote(regexp);
  }
  auto parsed = logql::parse(text, query.parse_options());
  if (!parsed) return parsed.error();
  const auto* log = std::get_if<logql::LogExpr>(&(*parsed)->v);
  if (log == nullptr) return invalid("legacy endpoints only support streams result type");
  if (auto ok = check_query(**parsed, query.limits(), p->limit, p->time); !ok) return ok;

  std::map<std::string, std::string> streams;  // label string → entries
  uint64_t entries = 0;
  if (clamp_lookback(p->time, query.limits(), now())) {
    auto done = run_log_query(query, *log, *p, [&](const logql::LogRow& row) {
      std::string& out = streams[row.labels->to_string()];
      if (!out.empty()) out += ',';
      (out += "{\"ts\":\"") += format_rfc3339(row.timestamp, true);
      append_json_string(out += "\",\"line\":", row.line, true);
      out += '}';
      ++entries;
      return true;
    });
    if (!done) return done;
  }
  response.content_type = kJson;
  auto& body = response.body;
  body_piece(body) += "{\"streams\":[";
  bool first = true;
  for (const auto& [labels, rows] : streams) {
    std::string& out = body_piece(body);
    out += first ? "{\"labels\":" : ",{\"labels\":";
    first = false;
    append_json_string(out, labels);
    ((out += ",\"entries\":[") += rows) += "]}";
  }
  std::string& tail = body_piece(body);
  query.set_class("logs");
  append_stats(tail += "],\"stats\":", query.stats(), query.seconds(), entries);
  tail += "}\n";
  return {};
}

}  // namespace sleipnir::api
