// GET|POST /loki/api/v1/index/stats (http-api.md §5.1)
#include "api/handlers.h"
#include "api/metadata/metadata.h"

namespace sleipnir::api {

Result<void> index_stats(Query& query, const Request& request, Response& response) {
  auto parameters = read_range_parameters(request, now());  // of which all count, and the times say something
  if (!parameters) return parameters.error();
  TimeRange time = parameters->time;
  if (auto ok = check_length(time, query.limits()); !ok) return ok;
  auto matchers = logql::parse_selector(request.param("query"));
  if (!matchers) return matchers.error();
  Result<IndexStats> stats = IndexStats{};
  if (clamp_lookback(time, query.limits(), now())) stats = query.source().index_stats(query.tenant(), *matchers, time.start, time.end);
  if (!stats) return stats.error();
  response.set(std::string(kJson), "{\"streams\":" + std::to_string(stats->streams) + ",\"chunks\":" + std::to_string(stats->chunks) + ",\"bytes\":" +
                                       std::to_string(stats->bytes) + ",\"entries\":" + std::to_string(stats->entries) + "}\n");
  return {};
}

}  // namespace sleipnir::api
