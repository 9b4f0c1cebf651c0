#include "storage/scan/count.h"

#include <algorithm>
#include <unordered_map>

#include "storage/scan/buckets.h"
#include "storage/bytes.h"
#include "storage/column/projected_sets.h"
#include "storage/scan/lookup.h"
#include "storage/scan/ordered_rows.h"
#include "storage/scan/overlap.h"

namespace sleipnir::storage {
namespace {

/// Contested times this near to each other are read together: opening a block costs more than its rows of some seconds.
constexpr uint64_t kSmallGap = 10 * kSecond;

/// Label sets by what they are coded as, each decoded once.
class DecodedSets {
 public:
  const std::shared_ptr<const LabelSet>& of(std::string_view coded) {
    const auto known = sets_.find(coded);
    if (known != sets_.end()) return known->second;
    ByteReader in(coded);
    return sets_.emplace(std::string(coded), std::make_shared<const LabelSet>(read_labels(in))).first->second;
  }

 private:
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  std::unordered_map<std::string, std::shared_ptr<const LabelSet>, Hash, std::equal_to<>> sets_;
};

/// All runs' contested times as one: where two runs meet, both say so.
StreamTimes joined(const std::vector<StreamTimes>& of_runs) {
  StreamTimes all;
  for (const StreamTimes& times : of_runs)
    times.streams().for_each([&](uint64_t stream) {
      for (const TimeRange& range : times.of(stream)) all.add(stream, range);
    });
  all.finish();
  return all;
}

/// The times of all streams together, as few ranges apart from each other.
std::vector<TimeRange> joined_ranges(const StreamTimes& times) {
  std::vector<TimeRange> ranges, apart;
  times.streams().for_each([&](uint64_t stream) {
    const auto of = times.of(stream);
    ranges.insert(ranges.end(), of.begin(), of.end());
  });
  std::sort(ranges.begin(), ranges.end(), [](const TimeRange& a, const TimeRange& b) { return a.first < b.first; });
  for (const TimeRange& range : ranges) {
    if (!apart.empty() && (range.first <= apart.back().last || static_cast<uint64_t>(range.first) - static_cast<uint64_t>(apart.back().last) < kSmallGap)) apart.back().last = std::max(apart.back().last, range.last);
    else apart.push_back(range);
  }
  return apart;
}

class Counting {
 public:
  Counting(const CountRequest& request, StreamSet streams, StreamTimes contested)
      : request_(request), streams_(std::make_shared<const StreamSet>(std::move(streams))), buckets_(request.edges), contested_(std::move(contested)) {}

  /// Counts what the run holds outside of contested times.
  Result<void> add(const Run& run) {
    for (size_t b = 0; b < run.blocks().size(); ++b) {
      const BlockSpan& span = run.blocks()[b];
      if (!buckets_.meets({span.first, span.last}) || !run.block_may_hold(b, *streams_)) continue;
      if (request_.cancellation) {
        if (auto checked = request_.cancellation->check(); !checked) return checked;
      }
      UnitSpan rest{std::max(span.first, first()), std::min(span.last, last())};
      const bool summed = run.has_sums(b, request_.metadata_names);
      if (summed) {
        auto sums = run.sums(b, &read_);
        if (!sums) return sums.error();
        rest = add_sums(*sums);
      }
      if (rest.first > rest.last) continue;
      if (auto read = add_rows(run, b, rest, summed); !read) return read;
    }
    return {};
  }

  /// Counts the rows of contested times, each entry once.
  Result<void> add_contested(const Runs& runs) {
    if (contested_.empty()) return {};
    const auto streams = std::make_shared<const StreamSet>(contested_.streams());
    for (const TimeRange& range : joined_ranges(contested_)) {
      RowSelection selection;
      for (const auto& run : runs) selection.runs.push_back({run, streams, {}});
      selection.first = range.first;
      selection.last = range.last;
      selection.lines = false;
      selection.cancellation = request_.cancellation;
      selection.stats = &read_;
      if (auto read = add_ordered(std::move(selection)); !read) return read;
    }
    return {};
  }

  /// The rows that were counted are those that were looked at.
  std::vector<Counted> take() {
    if (ScanStats* stats = request_.stats) {
      for (const Counted& sum : out_) {
        stats->rows += sum.rows;
        stats->bytes += sum.line_bytes;
        stats->metadata_bytes += sum.metadata_bytes;
      }
      stats->compressed_bytes += read_.compressed_bytes;
      stats->head_rows += read_.head_rows;
      stats->head_bytes += read_.head_bytes;
    }
    return std::move(out_);
  }

 private:
  Nanos first() const { return request_.edges.front() + 1; }
  Nanos last() const { return request_.edges.back(); }

  bool is_contested(const Stream& stream, UnitSpan times) const {
    if (contested_.empty()) return false;
    const auto ranges = contested_.of(stream.id);
    return std::any_of(ranges.begin(), ranges.end(), [&](const TimeRange& r) { return r.first <= times.last && times.first <= r.last; });
  }

  /// The bucket of rows that a roll-up decides.
  std::optional<uint32_t> summed_bucket(const Stream& stream, int64_t unit) {
    const UnitSpan span = span_of_unit(unit);
    return is_contested(stream, span) ? std::nullopt : buckets_.of(span);
  }

  /// Returns times outside of which all is counted; first > last: nothing is left.
  UnitSpan add_sums(const BlockSums& sums) {
    UnitSpan rest{INT64_MAX, INT64_MIN};
    std::vector<const std::shared_ptr<const LabelSet>*> sets;
    for (const std::string& coded : sums.roll_up.sets) sets.push_back(&sets_.of(coded));
    for (const RollUp::Pair& pair : sums.roll_up.pairs) {
      const Stream* stream = sums.streams[pair.stream];
      if (!streams_->contains(stream->id)) continue;
      Counted sum{stream, *sets[pair.set], 0, 0, 0, 0};
      for (uint32_t i = pair.begin; i < pair.end; ++i) {
        const RollUp::Sum& of = sums.roll_up.sums[i];
        const auto bucket = summed_bucket(*stream, of.unit);
        if (!bucket) {
          const UnitSpan span = span_of_unit(of.unit);
          if (!buckets_.meets(span)) continue;
          rest.first = std::min(rest.first, std::max(span.first, first()));
          rest.last = std::max(rest.last, std::min(span.last, last()));
          continue;
        }
        if (sum.bucket != *bucket) put(sum);
        sum.bucket = *bucket;
        sum.rows += of.rows;
        sum.line_bytes += of.line_bytes;
        sum.metadata_bytes += of.metadata_bytes;
      }
      put(sum);
    }
    return rest;
  }

  Result<void> add_rows(const Run& run, size_t b, UnitSpan times, bool summed) {
    auto block = run.load(b, {.streams = streams_.get(), .first = times.first, .last = times.last, .stats = &read_});
    if (!block) return block.error();
    if (auto seen = see(**block); !seen) return seen;
    for (size_t row = 0; row < (*block)->rows(); ++row) {
      const Nanos t = (*block)->timestamps[row];
      const Stream& stream = *(*block)->streams[row];
      if (!is_contested(stream, {t, t}) && !(summed && summed_bucket(stream, unit_of(t)))) add_row(**block, row);
    }
    end_rows();
    return {};
  }

  Result<void> add_ordered(RowSelection selection) {
    OrderedRows rows(std::move(selection));
    for (;;) {
      auto slice = rows.next(kSliceRows);
      if (!slice) return slice.error();
      for (const auto& block : slice->blocks)
        if (auto seen = see(*block); !seen) return seen;
      for (auto [b, row] : slice->rows) {
        Block& block = *slice->blocks[b];
        if (const Nanos t = block.timestamps[row]; is_contested(*block.streams[row], {t, t})) add_row(block, row);
      }
      end_rows();
      if (slice->rows.empty()) return {};
    }
  }

  void add_row(Block& block, size_t row) {
    const auto bucket = buckets_.of(block.timestamps[row]);
    const ProjectedSets& seen = seen_.at(&block);
    const std::string_view coded = seen.coded(seen.of(block.set_codes[row]));
    Counted& sum = open_[{block.streams[row], coded.data()}];
    if (sum.stream == nullptr) sum = {block.streams[row], sets_.of(coded), *bucket, 0, 0, 0};
    if (sum.bucket != *bucket) {
      put(sum);
      sum.bucket = *bucket;
    }
    ++sum.rows;
    sum.line_bytes += block.line_lengths[row];
    sum.metadata_bytes += block.metadata_bytes(row);
  }
  void end_rows() {
    for (const auto& [pair, sum] : open_) out_.push_back(sum);
    open_.clear();
    seen_.clear();
  }

  Result<void> see(Block& block) {
    if (block.rows() == 0 || seen_.contains(&block)) return {};
    auto sets = block.project(request_.metadata_names ? &*request_.metadata_names : nullptr);
    if (!sets) return sets.error();
    seen_.emplace(&block, std::move(*sets));
    return {};
  }

  /// Hands out a sum and begins the next one.
  void put(Counted& sum) {
    if (sum.rows == 0) return;
    out_.push_back(sum);
    sum.rows = sum.line_bytes = sum.metadata_bytes = 0;
  }

  using Pair = std::pair<const Stream*, const char*>;
  struct PairHash {
    size_t operator()(const Pair& p) const { return (reinterpret_cast<uintptr_t>(p.first) ^ reinterpret_cast<uintptr_t>(p.second) << 7) * 0x9e3779b97f4a7c15ull >> 20; }
  };

  const CountRequest& request_;
  std::shared_ptr<const StreamSet> streams_;
  Buckets buckets_;
  StreamTimes contested_;
  DecodedSets sets_;
  std::unordered_map<const Block*, ProjectedSets> seen_;  // of blocks whose rows are gone through
  std::unordered_map<Pair, Counted, PairHash> open_;  // sums of rows by stream and where the coded set lies, of one block or slice
  ScanStats read_;
  std::vector<Counted> out_;
};

/// Whether most rows of these runs are decided by roll-ups, as far as edges and spans tell.
bool pays(const Runs& runs, const CountRequest& request) {
  const Nanos first = request.edges.front(), last = request.edges.back();
  const auto minutes = static_cast<uint64_t>(unit_of(last) - unit_of(first)) / 2;
  if (Buckets(request.edges).cut_minutes() * 2 > minutes) return false;
  uint64_t summed = 0, others = 0;
  for (const auto& run : runs)
    for (size_t b = 0; b < run->blocks().size(); ++b) {
      const BlockSpan& span = run->blocks()[b];
      if (span.first <= last && span.last > first) (run->has_sums(b, request.metadata_names) ? summed : others) += span.rows;
    }
  return summed >= others;
}

}  // namespace

Result<std::optional<std::vector<Counted>>> count_rows(const TenantStore& tenant, const CountRequest& request) {
  if (request.edges.front() == INT64_MAX) return std::optional(std::vector<Counted>());
  const Nanos first = request.edges.front() + 1, last = request.edges.back();
  // Runs first: a stream that is new in between has no rows in them.
  Runs runs = tenant.runs(first, last);
  const auto matched = tenant.index().match(request.matchers, request.cancellation);
  if (!matched) return matched.error();
  const StreamSet& streams = *matched;
  std::erase_if(runs, [&](const auto& run) { return !may_hold(*run, streams, first, last); });
  if (!pays(runs, request)) return std::optional<std::vector<Counted>>();
  if (request.stats) {
    request.stats->streams += streams.count();
    for (const auto& run : runs) request.stats->parts += !run->unsealed();
  }
  auto counted = count_in(runs, streams, request);
  if (!counted) return counted.error();
  return std::optional(std::move(*counted));
}

Result<std::vector<Counted>> count_in(const Runs& runs, const StreamSet& streams, const CountRequest& request) {
  Counting counting(request, streams, joined(contested(runs, streams, request.edges.front() + 1, request.edges.back())));
  for (const auto& run : runs)
    if (auto added = counting.add(*run); !added) return added.error();
  if (auto added = counting.add_contested(runs); !added) return added.error();
  return counting.take();
}

}  // namespace sleipnir::storage
