// GET|POST /loki/api/v1/index/volume and /volume_range (http-api.md §5.2)
#include <algorithm>
#include <limits>
#include <map>
#include <set>

#include "api/query/encode.h"
#include "api/handlers.h"
#include "api/metadata/metadata.h"
#include "api/http/split.h"

namespace sleipnir::api {
namespace {

struct VolumeRequest {
  TimeRange time;
  uint64_t limit = 100;
  Nanos step = 0;  ///< 0: one sum over the whole range
  std::vector<Matcher> matchers;
  std::set<std::string, std::less<>> names;  ///< labels that make the groups
  bool all_names = false;
  bool by_label = false;                     ///< one sum per label name
  std::vector<std::string> targets;
};

/// Widened to whole milliseconds, in which Loki keeps volumes.
TimeRange whole_milliseconds(const TimeRange& time) {
  const auto over = [](Nanos t) { return ((t % kMillisecond) + kMillisecond) % kMillisecond; };
  TimeRange wide = time;
  if (__builtin_sub_overflow(time.start, over(time.start), &wide.start)) wide.start = time.start;
  if (const Nanos beyond = over(time.end); beyond != 0 && __builtin_add_overflow(time.end, kMillisecond - beyond, &wide.end)) wide.end = time.end;
  return wide;
}

Result<uint64_t> read_limit(const Request& request) {
  return request.param("limit") == "0" ? Result<uint64_t>(100) : parse_limit(request.param("limit"), 100);
}

Result<VolumeRequest> read(const Query& query, const Request& request, bool range) {
  VolumeRequest v;
  auto limit = read_limit(request);
  if (!limit) return limit.error();
  v.limit = *limit;
  if (range) {
    auto parameters = read_range_parameters(request, now(), v.limit);
    if (!parameters) return parameters.error();
    v.time = parameters->time;
    v.step = parameters->step;
  } else {
    if (auto parameters = read_instant_parameters(request, now(), v.limit); !parameters) return parameters.error();
    auto time = read_ordered_range(request, now());
    if (!time) return time.error();
    v.time = *time;
  }
  v.time = whole_milliseconds(v.time);
  const auto by = request.param("aggregateBy");
  if (!by.empty() && by != "series" && by != "labels") return invalid("invalid aggregation option");
  v.by_label = by == "labels";
  if (const auto targets = request.param("targetLabels"); !targets.empty())
    each_part(targets, ',', [&](std::string_view name) { v.targets.emplace_back(name); });  // an empty name is one that no stream has
  if (auto ok = check_length(v.time, query.limits()); !ok) return ok.error();
  const auto query_text = request.param("query");
  const bool any = query_text == "{}" || !query.strict();
  auto matchers = logql::parse_selector(query_text, any ? logql::SelectorRule::kAny : logql::SelectorRule::kSelective);
  if (!matchers) return matchers.error();
  v.matchers = std::move(*matchers);
  if (!v.targets.empty()) {
    v.names.insert(v.targets.begin(), v.targets.end());
  } else {
    for (const Matcher& m : v.matchers) v.names.insert(m.name());
    v.all_names = v.names.empty() || v.by_label;
  }
  return v;
}

/// Bytes by group and bucket. A group is a label set; in the form by label it has one label with an empty value.
class Volumes {
 public:
  explicit Volumes(const VolumeRequest& request) : request_(request) {}

  void add(const Stream* stream, Nanos time, uint64_t bytes) {
    auto& groups = groups_of_[stream];
    if (!groups) groups = groups_for(stream->labels);
    const Nanos bucket = request_.step == 0 ? request_.time.end : bucket_end(time);
    for (auto* sums : *groups) (*sums)[bucket] += bytes;
  }
  void add(const std::vector<Counted>& counted, const std::vector<Nanos>& edges) {
    for (const Counted& c : counted) add(c.stream, edges[c.bucket] + 1, c.line_bytes + c.metadata_bytes);
  }
  /// Times at which one bucket ends, as of CountRequest; none where they cannot be said.
  std::vector<Nanos> edges() const {
    const auto [start, end] = std::pair(request_.time.start, request_.time.end);
    if (start == std::numeric_limits<Nanos>::min()) return {};
    std::vector<Nanos> edges{start - 1};
    for (Nanos at = start; request_.step != 0 && bucket_end(at) < end;) {
      at = bucket_end(at) + kMillisecond;  // the first time of the next bucket
      if (at > end) break;
      edges.push_back(at - 1);
    }
    if (edges.back() < end) edges.push_back(end);
    return edges;
  }
  size_t size() const { return groups_.size(); }

  std::vector<logql::Series> series() const {
    std::vector<logql::Series> all;
    for (const auto& [labels, sums] : groups_) {
      logql::Series s{labels, {}};
      for (const auto& [time, bytes] : sums) s.samples.push_back({time, static_cast<double>(bytes)});
      all.push_back(std::move(s));
    }
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.samples[0].value > b.samples[0].value; });
    if (all.size() > request_.limit) all.resize(request_.limit);
    return all;
  }

 private:
  using Sums = std::map<Nanos, uint64_t>;

  /// The last millisecond of the step's bucket, or the end of the range.
  Nanos bucket_end(Nanos time) const {
    const Nanos step = request_.step, over = ((time % step) + step) % step;
    Nanos end;
    if (__builtin_add_overflow(time - over, step, &end) || end >= request_.time.end) return request_.time.end;
    return end - kMillisecond;
  }

  std::optional<std::vector<Sums*>> groups_for(const LabelSet& labels) {
    std::vector<Sums*> found;
    for (const std::string& target : request_.targets)
      if (!labels.contains(target)) return found;  // Loki adds `target=~".+"` to the selector
    LabelSet group;
    for (const Label& label : labels) {
      if (!request_.all_names && !request_.names.contains(label.name)) continue;
      if (request_.by_label) {
        found.push_back(&groups_[LabelSet{{label.name, ""}}]);
      } else {
        group.set(label.name, label.value);
      }
    }
    if (!request_.by_label && !group.empty()) found.push_back(&groups_[group]);
    return found;
  }

  const VolumeRequest& request_;
  std::map<LabelSet, Sums> groups_;
  std::unordered_map<const Stream*, std::optional<std::vector<Sums*>>> groups_of_;
};

Result<bool> measure_by_counts(Query& query, const VolumeRequest& request, Volumes& volumes) {
  CountRequest count{.tenant = query.tenant(), .matchers = request.matchers, .edges = volumes.edges(), .metadata_names = std::vector<std::string>(), .cancellation = query.cancellation(), .stats = &query.stats()};
  if (count.edges.size() < 2) return false;
  auto counted = query.source().count(count);
  if (!counted) return counted.error();
  if (!*counted) return false;
  volumes.add(**counted, count.edges);
  return true;
}

Result<void> check_series(const Query& query, const Volumes& volumes) {
  const uint64_t most = query.limits().volume_max_series;
  if (most == 0 || volumes.size() <= most) return {};
  return invalid("the query hit the max number of series limit (limit: " + std::to_string(most) + " series)");
}

Result<void> measure_by_rows(Query& query, const VolumeRequest& request, Volumes& volumes) {
  ScanRequest scan{.tenant = query.tenant(), .matchers = request.matchers, .start = request.time.start, .order = ScanRequest::Order::kAny,
                   .need_lines = false, .cancellation = query.cancellation(), .stats = &query.stats()};
  scan.end = request.time.end == std::numeric_limits<Nanos>::max() ? request.time.end : request.time.end + 1;
  auto reader = query.source().scan(scan);
  if (!reader) return reader.error();
  for (;;) {
    auto batch = (*reader)->next();
    if (!batch) return batch.error();
    if (*batch == nullptr) return {};
    const auto times = (*batch)->timestamps();
    const auto streams = (*batch)->streams();
    for (size_t row = 0; row < times.size(); ++row) volumes.add(streams[row], times[row], (*batch)->line_bytes(row) + (*batch)->metadata(row).bytes());
    if (auto checked = check_series(query, volumes); !checked) return checked;
  }
}

Result<logql::MetricResult> measure(Query& query, VolumeRequest& request) {
  Volumes volumes(request);
  if (!clamp_lookback(request.time, query.limits(), now())) return logql::MetricResult{};
  auto counted = measure_by_counts(query, request, volumes);
  if (!counted) return counted.error();
  if (!*counted) {
    if (auto measured = measure_by_rows(query, request, volumes); !measured) return measured.error();
  }
  if (auto checked = check_series(query, volumes); !checked) return checked.error();
  return logql::MetricResult{.series = volumes.series()};
}

Result<void> answer(Query& query, const Request& request, Response& response, bool range) {
  if (!query.limits().volume_enabled) return Error{ErrorKind::kNotFound, "not found"};
  auto parameters = read(query, request, range);
  if (!parameters) return parameters.error();
  const auto result = measure(query, *parameters);
  if (!result) return result.error();
  const bool single = std::all_of(result->series.begin(), result->series.end(), [](const auto& s) { return s.samples.size() == 1; });
  answer_metric(response, *result, single ? MetricForm::kVector : MetricForm::kMatrix, query.stats(), query.seconds());
  return {};
}

}  // namespace

Result<void> volume(Query& query, const Request& request, Response& response) { return answer(query, request, response, false); }

Result<void> volume_range(Query& query, const Request& request, Response& response) { return answer(query, request, response, true); }

}  // namespace sleipnir::api
