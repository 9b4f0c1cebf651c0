#include "api/ingest/commit.h"

#include <algorithm>
#include <span>

#include "api/ingest/enrich_service_name.h"
#include "api/ingest/labels.h"
#include "api/ingest/level.h"
#include "api/ingest/metadata_names.h"
#include "api/ingest/rate.h"
#include "api/ingest/refusal.h"
#include "api/ingest/validate.h"
#include "api/tail/hub.h"
#include "base/number.h"

namespace sleipnir::api {
namespace {

RateLimiter& tenant_rates() {
  static RateLimiter limiter;
  return limiter;
}

RateLimiter& stream_rates() {
  static RateLimiter limiter;
  return limiter;
}

/// The answer to a time before Loki's schema, that of an entry without a time among them. Loki keeps times in milliseconds.
PushOutcome before_schema(Nanos time) {
  const std::string seconds = format_sample(static_cast<double>(time / kMillisecond) / 1000);
  return {500, "rpc error: code = Unknown desc = failed to create stream: no schema config found for time " + seconds};
}

/// One request on its way to the store.
class Commit {
 public:
  Commit(const std::string& tenant, const Limits& limits, IngestMetrics& metrics, TailHub* tails, const EntryRefused& refused)
      : tenant_(tenant), limits_(limits), metrics_(metrics), tails_(tails), refused_(refused), validator_(limits, tenant, now(), metrics), levels_(limits.log_level_fields) {}

  PushOutcome run(storage::Store& store, std::vector<ReceivedStream> streams) {
    if (streams.empty()) return {422, "error at least one valid stream is required for ingestion", true};
    if (auto parsed = parse_labels(streams); !parsed) return outcome_of(parsed.error());
    for (size_t i = 0; i < streams.size(); ++i)
      if (auto taken = take(streams[i], i); !taken) return {500, taken.error().message, true};
    if (!complaints_.empty() && outcome_.status == 204) refuse({400, complaints_.join()});
    if (streams_.empty()) return outcome_;
    if (auto over = limit_rate(); over.status != 204) return over;
    return append(store);
  }

 private:
  /// Where a stream and its kept entries stood in the request; entries only where somebody wants to know.
  struct Origin {
    size_t stream;
    std::vector<size_t> entries;
  };

  Result<void> parse_labels(std::vector<ReceivedStream>& streams) {
    for (ReceivedStream& stream : streams) {
      if (stream.label_text.empty()) continue;
      auto parsed = label_cache_.parse(stream.label_text);
      if (!parsed) return parsed.error();
      stream.labels = (*parsed)->labels;
    }
    return {};
  }

  /// Enriches and checks one stream, and keeps what is valid of it. Error: a metadata name that cannot be stored, which fails the request.
  Result<void> take(ReceivedStream& received, size_t index) {
    if (received.entries.empty()) return {};
    StreamEntries kept;
    Origin origin{index, {}};
    kept.labels = std::move(received.labels);
    const bool named = add_service_name(kept.labels, limits_.discover_service_name);
    if (std::string fault = check_stream(received, kept.labels, named); !fault.empty()) {
      for (size_t e = 0; refused_ && e < received.entries.size(); ++e) refused_(index, e, 400, fault);
      complaints_.add(std::move(fault));
      return {};
    }
    const auto older = [](const ReceivedEntry& a, const ReceivedEntry& b) { return a.timestamp < b.timestamp; };
    if (const auto oldest = std::min_element(received.entries.begin(), received.entries.end(), older); oldest->timestamp < limits_.schema_start) {
      refuse(before_schema(oldest->timestamp));
      return {};
    }
    const bool detect = limits_.discover_log_levels && limits_.allow_structured_metadata && !is_internal_stream(kept.labels);
    const std::string stream_level = detect ? levels_.from_labels(kept.labels) : std::string();
    kept.entries.reserve(received.entries.size());
    uint64_t bytes = 0;
    for (ReceivedEntry& entry : received.entries) {
      const size_t number = &entry - received.entries.data();
      validator_.truncate(entry.line);
      if (std::string fault = validator_.check_entry(entry, kept.labels); !fault.empty()) {
        if (refused_) refused_(index, number, 400, fault);
        complaints_.add(std::move(fault));
        continue;
      }
      if (entry.timestamp == kNoTimestamp) {
        if (refused_) refused_(index, number, 400, "the entry has no time");
        refuse(before_schema(entry.timestamp));
        continue;
      }
      if (auto normal = normalize_metadata(entry.metadata); !normal) return normal;
      bytes += entry.line.size() + metadata_bytes(entry.metadata);
      if (detect) add_level(entry, stream_level);
      keep(kept, entry);
      if (refused_) origin.entries.push_back(number);
    }
    if (kept.entries.empty()) return {};
    lines_ += kept.entries.size();
    bytes_ += bytes;
    stream_bytes_.push_back(bytes);
    streams_.push_back(std::move(kept));
    origins_.push_back(std::move(origin));
    return {};
  }

  std::string check_stream(const ReceivedStream& received, const LabelSet& labels, bool named) {
    if (!received.label_text.empty()) {
      std::vector<Label> all = (*label_cache_.parse(received.label_text))->repeated;
      if (!all.empty()) {
        if (named) all.push_back({"service_name", std::string(labels.get("service_name"))});
        std::stable_sort(all.begin(), all.end(), [](const Label& a, const Label& b) { return a.name < b.name; });
        return validator_.check_stream(all, received.entries.size());
      }
    }
    const std::span<const Label> all(labels.empty() ? nullptr : &labels[0], labels.size());
    return validator_.check_stream(all, received.entries.size());
  }

  void add_level(ReceivedEntry& entry, const std::string& stream_level) const {
    for (Label& label : entry.metadata) {
      if (label.name != kDetectedLevel) continue;
      if (const std::string_view level = normalize_level(label.value); !level.empty()) label.value = level;
      return;
    }
    std::string level = levels_.detect(stream_level, entry.metadata, entry.line);
    entry.metadata.push_back({std::string(kDetectedLevel), std::move(level)});
  }

  void keep(StreamEntries& stream, ReceivedEntry& entry) {
    if (limits_.increment_duplicate_timestamp) separate(stream, entry);
    stream.entries.push_back({entry.timestamp, std::move(entry.line), LabelSet(std::move(entry.metadata))});
  }

  /// Moves an entry one nanosecond behind its predecessor if both had the same time and differ in their lines.
  void separate(const StreamEntries& stream, ReceivedEntry& entry) {
    if (!stream.entries.empty()) {
      const Entry& previous = stream.entries.back();
      const bool same_time = entry.timestamp == previous.timestamp || entry.timestamp == original_timestamp_;
      if (same_time && previous.line != entry.line) {
        entry.timestamp = previous.timestamp + 1;
        return;
      }
    }
    original_timestamp_ = entry.timestamp;
  }

  PushOutcome limit_rate() {
    if (const double rate = limits_.ingestion_rate_mb * (1 << 20); rate > 0) {
      const double burst = limits_.ingestion_burst_size_mb * (1 << 20);
      if (!tenant_rates().allow(tenant_, bytes_, rate, burst)) {
        metrics_.rate_limited += lines_;
        return {429, "ingestion rate limit exceeded for user " + tenant_ + " (limit: " + std::to_string(static_cast<uint64_t>(rate)) +
                         " bytes/sec) while attempting to ingest '" + std::to_string(lines_) + "' lines totaling '" + std::to_string(bytes_) +
                         "' bytes, reduce log volume or contact your Loki administrator to see if the limit can be increased", true};
      }
    }
    if (limits_.per_stream_rate_limit > 0) limit_stream_rates();
    return {};
  }

  /// Drops whole streams that are over their rate.
  void limit_stream_rates() {
    size_t kept = 0;
    for (size_t i = 0; i < streams_.size(); ++i) {
      StreamEntries& stream = streams_[i];
      const std::string name = tenant_ + '\0' + std::to_string(stream.labels.hash());
      if (stream_rates().allow(name, stream_bytes_[i], limits_.per_stream_rate_limit, limits_.per_stream_rate_limit_burst)) {
        if (kept != i) streams_[kept] = std::move(stream), origins_[kept] = std::move(origins_[i]);
        ++kept;
        continue;
      }
      std::vector<Nanos> timestamps;
      std::vector<uint64_t> sizes;
      for (const Entry& entry : stream.entries) {
        timestamps.push_back(entry.timestamp);
        const std::string* level = entry.metadata.find(kDetectedLevel);
        sizes.push_back(entry.line.size() + entry.metadata.bytes() - (level ? kDetectedLevel.size() + level->size() : 0));
      }
      metrics_.per_stream_rate_limit += timestamps.size();
      refuse(stream_rate_refusal(stream.labels, timestamps, sizes, limits_.per_stream_rate_limit, tenant_));
      for (size_t e = 0; refused_ && e < timestamps.size(); ++e) tell(origins_[i], e, 429, "the stream is over its rate limit");
    }
    streams_.resize(kept);
  }

  PushOutcome append(storage::Store& store) {
    if (streams_.empty()) return outcome_;
    const storage::AppendOptions options{limits_.out_of_order_window, limits_.max_global_streams_per_user};
    const std::vector<SentStream> sent = options.out_of_order_window || options.max_streams ? describe() : std::vector<SentStream>();
    uint64_t lines = 0;
    for (const StreamEntries& stream : streams_) lines += stream.entries.size();
    TailPush tailed(tails_, tenant_, streams_);
    auto report = store.append(tenant_, std::move(streams_), options);
    if (!report) return outcome_of(report.error());
    metrics_.lines += lines;
    metrics_.bytes += bytes_;
    metrics_.duplicates += report->duplicates;
    tailed.publish(*report);
    if (refused_) tell_of(*report);
    if (PushOutcome refused = refusal_of(*report, sent, tenant_, metrics_); refused.status != 204) refuse(std::move(refused));
    return outcome_;
  }

  void tell_of(const storage::AppendReport& report) const {
    for (const storage::Refused& r : report.refused) {
      const bool late = r.why == storage::Refused::Why::kTooFarBehind;
      tell(origins_[r.stream], r.entry, late ? 400 : 429,
           late ? "the entry is too far behind its stream; the oldest acceptable time is " + format_rfc3339(r.oldest_acceptable, false) : "there are too many streams");
    }
  }

  void tell(const Origin& origin, size_t kept, int status, const std::string& why) const { refused_(origin.stream, origin.entries[kept], status, why); }

  std::vector<SentStream> describe() const {
    std::vector<SentStream> sent(streams_.size());
    for (size_t i = 0; i < streams_.size(); ++i) {
      sent[i].labels = streams_[i].labels;
      sent[i].timestamps.reserve(streams_[i].entries.size());
      for (const Entry& entry : streams_[i].entries) sent[i].timestamps.push_back(entry.timestamp);
    }
    return sent;
  }

  /// The latest reason is the answer: what the store says hides what validation says.
  void refuse(PushOutcome outcome) { outcome_ = std::move(outcome); }

  const std::string& tenant_;
  const Limits& limits_;
  IngestMetrics& metrics_;
  TailHub* const tails_;
  const EntryRefused& refused_;
  Validator validator_;
  LevelDetector levels_;
  LabelCache label_cache_;
  Complaints complaints_;
  std::vector<StreamEntries> streams_;
  std::vector<uint64_t> stream_bytes_;
  std::vector<Origin> origins_;  ///< as streams_
  uint64_t lines_ = 0, bytes_ = 0;
  Nanos original_timestamp_ = 0;  ///< of the latest entry that separate() left where it was
  PushOutcome outcome_;
};

}  // namespace

PushOutcome outcome_of(const Error& error) {
  switch (error.kind) {
    case ErrorKind::kInvalid: return {400, error.message, true};
    case ErrorKind::kTooLarge: return {413, error.message, true};
    case ErrorKind::kUnprocessable: return {422, error.message, true};
    case ErrorKind::kRate: case ErrorKind::kLimit: return {429, error.message, true};
    default: return {500, error.message, true};
  }
}

PushOutcome commit(storage::Store& store, const std::string& tenant, const Limits& limits, std::vector<ReceivedStream> streams,
                   IngestMetrics& metrics, TailHub* tails, const EntryRefused& refused) {
  return Commit(tenant, limits, metrics, tails, refused).run(store, std::move(streams));
}

}  // namespace sleipnir::api
