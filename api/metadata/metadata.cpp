#include "api/metadata/metadata.h"

namespace sleipnir::api {

Result<TimeRange> metadata_range(const Query& query, const Request& request) {
  auto time = read_time_range(request, now());
  if (!time) return time.error();
  if (time->end < time->start)
    return invalid("this data is no longer available, it is past now - max_query_lookback (" + format_prometheus_duration(query.limits().max_query_lookback) + ")");
  if (auto ok = check_length(*time, query.limits()); !ok) return ok.error();
  return time;
}

Result<std::vector<const Stream*>> find_streams(Query& query, const std::vector<Matcher>& matchers, const TimeRange& range) {
  TimeRange time = range;
  if (!clamp_lookback(time, query.limits(), now())) return std::vector<const Stream*>();
  auto found = query.source().streams(query.tenant(), matchers, time.start, time.end);
  if (!found) return found.error();
  std::erase_if(*found, [](const Stream* s) { return internal_stream(s->labels); });
  return found;
}

bool internal_stream(const LabelSet& labels) { return labels.contains("__aggregated_metric__") || labels.contains("__pattern__"); }

}  // namespace sleipnir::api
