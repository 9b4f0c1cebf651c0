#include "storage/part/block_rows.h"

#include <algorithm>

#include "storage/part/block_cache.h"
#include "storage/bytes.h"
#include "storage/column/block_filter.h"

namespace sleipnir::storage {
namespace {

/// `range` at the times of `within` (null: all) that are not in `without` (null: none). `times`: those of the range.
std::vector<RowRange> cut(RowRange range, std::span<const Nanos> times, const StreamTimes* within, const StreamTimes* without, uint64_t stream) {
  const auto rows_of = [&](TimeRange t) {
    const auto low = std::lower_bound(times.begin(), times.end(), t.first), high = std::upper_bound(low, times.end(), t.last);
    return RowRange{range.begin + static_cast<uint32_t>(low - times.begin()), range.begin + static_cast<uint32_t>(high - times.begin())};
  };
  std::vector<RowRange> out;
  if (within) {
    for (const TimeRange& t : within->of(stream)) out.push_back(rows_of(t));
  } else {
    out.push_back(range);
    for (const TimeRange& t : without ? without->of(stream) : std::span<const TimeRange>()) {
      const RowRange hole = rows_of(t);
      const RowRange last = out.back();
      out.back().end = hole.begin;
      out.push_back({hole.end, last.end});
    }
  }
  std::erase_if(out, [](const RowRange& r) { return r.begin >= r.end; });
  return out;
}

bool meets(std::span<const TimeRange> times, const StreamRows& of) {
  return std::any_of(times.begin(), times.end(), [&](const TimeRange& t) { return t.first <= of.last && of.first <= t.last; });
}

}  // namespace

BlockRows::BlockRows(std::shared_ptr<const Run> owner, size_t block, std::shared_ptr<OpenBlock> open, const RowFilter& filter)
    : owner_(std::move(owner)), block_(block), open_(std::move(open)), cached_(filter.cached), stats_(filter.stats), fetched_before_(open_->reader.fetched()), asked_{filter.first, filter.last} {}

BlockRows::~BlockRows() {
  if (!open_) return;
  if (stats_) stats_->compressed_bytes += open_->reader.fetched() - fetched_before_;
  if (cached_) BlockCache::of_process().keep(owner_.get(), block_, open_);
}

Result<BlockRows> BlockRows::pick(std::shared_ptr<const Run> owner, size_t block, std::shared_ptr<OpenBlock> open, const RowFilter& filter) {
  BlockRows picked(std::move(owner), block, std::move(open), filter);
  if (auto done = picked.pick_times(filter); !done) return done.error();
  if (filter.stats) {
    if (auto done = picked.count(*filter.stats); !done) return done.error();
  }
  if (filter.where && picked.rows_.size()) {
    if (auto done = picked.test(*filter.where, filter.vocabulary); !done) return done.error();
  }
  return picked;
}

Result<void> BlockRows::pick_times(const RowFilter& filter) {
  uint32_t from = 0;
  for (uint32_t s = 0; s < streams().size(); ++s) {
    const RowRange all{from, from += reader().meta().streams[s].rows};
    if (filter.streams && !filter.streams->contains(open_->stream_ids[s])) continue;
    if (auto added = add(s, all, filter); !added) return added;
  }
  return {};
}

Result<void> BlockRows::add(uint32_t s, RowRange all, const RowFilter& filter) {
  const StreamRows& of = reader().meta().streams[s];
  const uint64_t stream = open_->stream_ids[s];
  if (of.first > filter.last || of.last < filter.first || (filter.within && !meets(filter.within->of(stream), of))) return {};
  const bool times_cut = of.first < filter.first || of.last > filter.last;
  if (!times_cut && !filter.within && !(filter.without && meets(filter.without->of(stream), of))) {
    rows_.add(s, all, true);
    return {};
  }
  auto times = reader().times();
  if (!times) return times.error();
  std::vector<Nanos> of_stream(all.size());
  (*times)->unpack(all.begin, of_stream);
  const auto low = std::lower_bound(of_stream.begin(), of_stream.end(), filter.first), high = std::upper_bound(low, of_stream.end(), filter.last);
  const RowRange in_time{all.begin + static_cast<uint32_t>(low - of_stream.begin()), all.begin + static_cast<uint32_t>(high - of_stream.begin())};
  for (const RowRange& r : cut(in_time, std::span<const Nanos>(low, high), filter.within, filter.without, stream)) rows_.add(s, r, r.size() == all.size());
  return {};
}

TimeRange BlockRows::times_of(uint32_t stream) const {
  const StreamRows& of = open_->reader.meta().streams[stream];
  return {std::max(of.first, asked_.first), std::min(of.last, asked_.last)};
}

/// Streams taken whole have their sums in the directory.
Result<void> BlockRows::count(ScanStats& stats) {
  uint64_t lines = 0, metadata = 0;
  Buffer<uint32_t> buffer;
  for (const PickedRows::OfStream& of : rows_.streams()) {
    if (of.whole) {
      lines += reader().meta().streams[of.stream].line_bytes;
      metadata += reader().meta().streams[of.stream].metadata_bytes;
      continue;
    }
    auto lengths = reader().line_lengths();
    const bool in_columns = reader().meta().metadata_in_columns();
    auto of_metadata = in_columns ? reader().metadata_lengths() : reader().set_codes();
    if (!lengths || !of_metadata) return lengths ? of_metadata.error() : lengths.error();
    const std::span<uint32_t> codes = buffer.resize(of.rows.size());
    (*lengths)->unpack(of.rows.begin, codes);
    for (const uint32_t length : codes) lines += length;
    (*of_metadata)->unpack(of.rows.begin, codes);
    for (const uint32_t code : codes) metadata += in_columns ? code : text_bytes(code);
  }
  stats.rows += rows_.size();
  stats.bytes += lines;
  stats.metadata_bytes += metadata;
  if (owner_->unsealed()) {
    stats.head_rows += rows_.size();
    stats.head_bytes += lines;
  }
  return {};
}

Result<void> BlockRows::test(const PreparedPredicate& where, const Vocabulary* vocabulary) {
  auto verdicts = BlockFilter(reader(), streams(), rows_.ranges(), vocabulary).verdicts(where);
  if (!verdicts) return verdicts.error();
  rows_.thin(*verdicts);
  verdicts_ = std::move(*verdicts);
  for (const RowRange& r : rows_.ranges())
    all_certain_ &= std::count(verdicts_.begin() + r.begin, verdicts_.begin() + r.end, kMaybe) == 0;
  return {};
}

uint32_t BlockRows::text_bytes(uint32_t set) {
  constexpr uint32_t kUnknown = 0;  // sizes are kept one higher
  if (set_sizes_.empty()) set_sizes_.resize(reader().meta().sets.size(), kUnknown);
  uint32_t& size = set_sizes_[set];
  if (size == kUnknown) {
    ByteReader in(reader().meta().sets[set]);
    read_coded_labels(in, size);
    ++size;
  }
  return size - 1;
}

}  // namespace sleipnir::storage
