#include "storage/head.h"

#include <algorithm>
#include <unordered_map>

#include "storage/bytes.h"
#include "storage/column/predicate_test.h"
#include "storage/format.h"

namespace sleipnir::storage {
namespace {

/// Rows over the payloads they came in, or over a slab.
struct SlabRows : Block {
  std::vector<std::string_view> lines;
  std::vector<std::shared_ptr<const std::string>> payloads;
  std::shared_ptr<const SlabRows> whole;  ///< of which these are some
  std::string_view line(size_t row) override { return lines[row]; }
};

struct Slab : Run {
  std::shared_ptr<SlabRows> block = std::make_shared<SlabRows>();
  std::vector<BlockSpan> block_spans;
  std::vector<StreamSpan> stream_spans;

  bool unsealed() const override { return true; }
  const std::vector<StreamSpan>& streams() const override { return stream_spans; }
  const std::vector<BlockSpan>& blocks() const override { return block_spans; }
  bool block_may_hold(size_t, const StreamSet&) const override { return true; }

  Result<std::shared_ptr<Block>> load(size_t, const RowFilter& filter) const override {
    auto out = std::make_shared<SlabRows>();
    out->whole = block;
    out->sets = block->sets;
    out->set_bytes = block->set_bytes;
    std::vector<LabelSet> sets;
    for (size_t s = 0; filter.where && s < block->sets.size(); s++) {
      ByteReader in(block->sets[s]);
      sets.push_back(read_labels(in));
    }
    const auto& times = block->timestamps;
    size_t low = std::lower_bound(times.begin(), times.end(), filter.first) - times.begin();
    size_t high = std::upper_bound(times.begin(), times.end(), filter.last) - times.begin();
    uint64_t rows = 0, line_bytes = 0, metadata_bytes = 0;
    for (size_t i = low; i < high; i++) {
      if (filter.streams && !filter.streams->contains(block->streams[i]->id)) continue;
      rows++;
      line_bytes += block->line_lengths[i];
      metadata_bytes += block->set_bytes[block->set_codes[i]];
      Verdict verdict = kYes;
      if (filter.where) verdict = row_verdict(*filter.where, block->lines[i], block->streams[i]->labels, sets[block->set_codes[i]]);
      if (verdict == kNo) continue;
      out->timestamps.push_back(times[i]);
      out->arrivals.push_back(block->arrivals[i]);
      out->streams.push_back(block->streams[i]);
      out->set_codes.push_back(block->set_codes[i]);
      out->line_lengths.push_back(block->line_lengths[i]);
      out->lines.push_back(block->lines[i]);
      if (filter.where) out->verdicts.push_back(verdict);
    }
    if (filter.stats) {
      filter.stats->rows += rows;
      filter.stats->bytes += line_bytes;
      filter.stats->metadata_bytes += metadata_bytes;
      filter.stats->head_rows += rows;
      filter.stats->head_bytes += line_bytes;
    }
    return std::shared_ptr<Block>(std::move(out));
  }
};

bool earlier(const Row& a, const Row& b) {
  return a.timestamp != b.timestamp ? a.timestamp < b.timestamp : a.arrival < b.arrival;
}

std::shared_ptr<const Run> sorted_run(std::vector<Row> rows, std::vector<std::shared_ptr<const std::string>> payloads) {
  auto slab = std::make_shared<Slab>();
  if (!std::is_sorted(rows.begin(), rows.end(), earlier)) std::sort(rows.begin(), rows.end(), earlier);
  SlabRows& block = *slab->block;
  block.payloads = std::move(payloads);
  block.timestamps.reserve(rows.size());
  block.arrivals.reserve(rows.size());
  block.streams.reserve(rows.size());
  block.lines.reserve(rows.size());
  std::unordered_map<std::string_view, uint32_t> codes;
  std::unordered_map<const Stream*, size_t> spans;
  for (const Row& row : rows) {
    auto [code, new_set] = codes.try_emplace(row.metadata, codes.size());
    if (new_set) {
      ByteReader in(row.metadata);
      block.sets.push_back(read_coded_labels(in, block.set_bytes.emplace_back()));
    }
    auto [span, new_stream] = spans.try_emplace(row.stream, spans.size());
    if (new_stream) slab->stream_spans.push_back({row.stream});
    slab->stream_spans[span->second].add(row.timestamp, row.line.size(), block.set_bytes[code->second]);
    block.timestamps.push_back(row.timestamp);
    block.arrivals.push_back(row.arrival);
    block.streams.push_back(row.stream);
    block.set_codes.push_back(code->second);
    block.line_lengths.push_back(static_cast<uint32_t>(row.line.size()));
    block.lines.push_back(row.line);
  }
  std::sort(slab->stream_spans.begin(), slab->stream_spans.end(),
            [](const StreamSpan& a, const StreamSpan& b) { return a.stream->id < b.stream->id; });
  slab->block_spans.push_back({rows.front().timestamp, rows.back().timestamp, rows.size()});
  return slab;
}

}  // namespace

Head::Head(const Head* previous) : seen_before_(previous ? previous->seen_ : nullptr) {}

Head::Inserted Head::insert(PushBatch&& batch) {
  Inserted inserted;
  for (size_t i = 0; i < batch.rows.size(); i++) {
    EntryIdentity identity = batch.identities[i];
    if ((seen_before_ && seen_before_->contains(identity)) || !seen_->insert(identity)) {
      inserted.duplicates++;
      continue;
    }
    inserted.accepted++;
    line_bytes_ += batch.rows[i].line.size();
    young_.push_back(batch.rows[i]);
  }
  if (inserted.accepted == 0) return inserted;
  if (rows_ == 0) created_ = now();
  rows_ += inserted.accepted;
  payload_bytes_ += batch.payload->capacity();
  young_payloads_.push_back(std::move(batch.payload));
  if (young_.size() >= kSlabRows) make_slab();
  return inserted;
}

bool Head::holds_all(const PushBatch& batch) const {
  return std::all_of(batch.identities.begin(), batch.identities.end(), [&](EntryIdentity identity) { return seen(identity); });
}

void Head::make_slab() {
  slabs_.push_back(sorted_run(std::move(young_), std::move(young_payloads_)));
  young_.clear();
  young_payloads_.clear();
}

uint64_t Head::footprint() const {
  constexpr uint64_t kColumnsOfARow = 64, kSlotsOfARow = 48;
  return payload_bytes_ + rows_ * (kColumnsOfARow + kSlotsOfARow);
}

Head::Snapshot Head::snapshot(Nanos first, Nanos last) const {
  Snapshot s;
  for (const auto& slab : slabs_) {
    if (slab->first() <= last && slab->last() >= first) s.slabs.push_back(slab);
  }
  for (const Row& row : young_) {
    if (row.timestamp >= first && row.timestamp <= last) s.young.push_back(row);
  }
  if (!s.young.empty()) s.payloads = young_payloads_;
  return s;
}

Runs Head::runs(Snapshot s) {
  if (!s.young.empty()) s.slabs.push_back(sorted_run(std::move(s.young), std::move(s.payloads)));
  return std::move(s.slabs);
}

}  // namespace sleipnir::storage
