#include "api/ingest/refusal.h"

#include <algorithm>

namespace sleipnir::api {
namespace {

constexpr size_t kMaxListed = 10;

/// Go's Time.String in UTC: `2026-11-21 08:16:40.283253773 +0000 UTC`.
std::string go_time_string(Nanos t) {
  std::string text = format_rfc3339(t, true);
  std::replace(text.begin(), text.end(), 'T', ' ');
  if (text.ends_with('Z')) text.pop_back();
  return text + " +0000 UTC";
}

/// `3MB`: the largest binary unit that divides it, as Go's datasize writes it.
std::string go_byte_size(uint64_t bytes) {
  constexpr const char* kUnits[] = {"B", "KB", "MB", "GB", "TB", "PB", "EB"};
  size_t unit = 0;
  while (bytes && bytes % 1024 == 0 && unit < 6) {
    bytes /= 1024;
    ++unit;
  }
  return std::to_string(bytes) + kUnits[unit];
}

std::string ignored(Nanos timestamp, const std::string& reason) {
  return "entry with timestamp " + go_time_string(timestamp) + " ignored, reason: '" + reason + "',\n";
}

std::string total(size_t refused, size_t sent, const std::string& tenant, const std::string& stream) {
  return "user '" + tenant + "', total ignored: " + std::to_string(refused) + " out of " + std::to_string(sent) + " for stream: " + stream;
}

std::string too_many_streams(const std::string& stream, const std::string& tenant) {
  return "maximum active stream limit exceeded when trying to create stream " + stream +
         ", reduce the number of active streams (reduce labels or reduce label values), or contact your Loki administrator to see if the limit "
         "can be increased, user: '" + tenant + "'";
}

std::string too_far_behind(const SentStream& stream, const std::vector<const storage::Refused*>& refused, const std::string& tenant) {
  std::string text;
  for (size_t i = 0; i < std::min(refused.size(), kMaxListed); ++i) {
    const Nanos t = stream.timestamps[refused[i]->entry];
    text += ignored(t, "entry too far behind, entry timestamp is: " + format_rfc3339(t, false) +
                           ", oldest acceptable timestamp is: " + format_rfc3339(refused[i]->oldest_acceptable, false));
  }
  return text + total(refused.size(), stream.timestamps.size(), tenant, stream.labels.to_string());
}

}  // namespace

PushOutcome refusal_of(const storage::AppendReport& report, const std::vector<SentStream>& sent, const std::string& tenant,
                       IngestMetrics& metrics) {
  using Why = storage::Refused::Why;
  if (report.refused.empty()) return {};
  size_t last = 0;
  for (const auto& r : report.refused) {
    ++(r.why == Why::kTooFarBehind ? metrics.too_far_behind : metrics.stream_limit);
    last = std::max(last, r.stream);
  }
  std::vector<const storage::Refused*> behind;
  for (const auto& r : report.refused) {
    if (r.stream != last) continue;
    if (r.why == Why::kTooManyStreams) return {429, too_many_streams(sent[last].labels.to_string(), tenant)};
    behind.push_back(&r);
  }
  return {400, too_far_behind(sent[last], behind, tenant)};
}

PushOutcome stream_rate_refusal(const LabelSet& labels, const std::vector<Nanos>& timestamps, const std::vector<uint64_t>& bytes,
                                uint64_t limit, const std::string& tenant) {
  const std::string stream = labels.to_string();
  std::string text;
  for (size_t i = 0; i < std::min(timestamps.size(), kMaxListed); ++i)
    text += ignored(timestamps[i], "Per stream rate limit exceeded (limit: " + go_byte_size(limit) + "/sec) while attempting to ingest for stream '" +
                                       stream + "' totaling " + go_byte_size(bytes[i]) +
                                       ", consider splitting a stream via additional labels or contact your Loki administrator to see if the "
                                       "limit can be increased");
  return {429, text + total(timestamps.size(), timestamps.size(), tenant, stream)};
}

}  // namespace sleipnir::api
