#include "storage/head/slab.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <unordered_map>

#include "storage/part/block_cache.h"
#include "storage/bytes.h"
#include "storage/column/block_writer.h"
#include "storage/column/distinct.h"
#include "storage/column/predicate_test.h"
#include "storage/column/search_time.h"
#include "storage/part/column_batch.h"
#include "storage/part/column_block.h"
#include "storage/scan/overlap.h"

namespace sleipnir::storage {
namespace {

/// Below this a pipeline is done with the lines before a block is written.
constexpr size_t kFewRows = 128;

/// Rows over the payloads they came in, or over a slab.
struct SlabRows : Block {
  std::vector<uint32_t> set_bytes;  ///< name and value lengths of each set
  std::vector<std::string_view> lines;
  std::vector<std::shared_ptr<const std::string>> payloads;
  std::shared_ptr<const SlabRows> whole;  ///< of which these are some
  std::string_view line(size_t row) override { return lines[row]; }
};

bool asks_fields(const PreparedPredicate& p) {
  return p->kind == Predicate::Kind::kField || std::any_of(p.children().begin(), p.children().end(), [](const auto& child) { return asks_fields(*child); });
}

struct Slab : Run, std::enable_shared_from_this<Slab> {
  std::shared_ptr<SlabRows> block = std::make_shared<SlabRows>();
  std::vector<BlockSpan> block_spans;
  std::vector<StreamSpan> stream_spans;
  bool columnar = false;  ///< may be cut into columns
  mutable std::atomic<bool> asked{false};  ///< for fields
  mutable std::mutex cutting;

  ~Slab() override {
    if (columnar) BlockCache::of_process().forget(this);
  }
  bool unsealed() const override { return true; }
  const std::vector<StreamSpan>& streams() const override { return stream_spans; }
  const std::vector<BlockSpan>& blocks() const override { return block_spans; }
  bool block_may_hold(size_t, const StreamSet&) const override { return true; }

  Result<std::shared_ptr<Block>> load(size_t, const RowFilter& filter) const override {
    if (filter.where && asks_fields(*filter.where) && is_cut()) {
      auto rows = BlockRows::pick(shared_from_this(), 0, columns(), filter);
      return rows ? column_block(std::move(*rows)) : rows.error();
    }
    return load_rows(filter);
  }
  Result<std::unique_ptr<Batch>> batch(size_t b, const RowFilter& filter, const BatchOptions& options) const override {
    const bool asks = !options.fields->empty() || (filter.where && asks_fields(*filter.where));
    // What is cut already serves who asks for no field as well.
    auto open = asks && is_cut() ? columns() : BlockCache::of_process().find(this, 0);
    if (!open) return Run::batch(b, filter, options);
    auto rows = BlockRows::pick(shared_from_this(), 0, std::move(open), filter);
    return rows ? column_batch(std::move(*rows), options) : rows.error();
  }

 private:
  /// Whether a question for fields is answered from columns.
  bool is_cut() const { return columnar && asked.exchange(true); }

  /// The rows as a column block in memory.
  std::shared_ptr<OpenBlock> columns() const {
    std::lock_guard one_cuts(cutting);
    if (auto open = BlockCache::of_process().find(this, 0)) return open;
    std::unordered_map<const Stream*, uint32_t> numbers;
    std::vector<const Stream*> streams;
    for (const StreamSpan& span : stream_spans) {
      numbers.emplace(span.stream, static_cast<uint32_t>(streams.size()));
      streams.push_back(span.stream);
    }
    std::vector<BlockRow> rows;
    rows.reserve(block->rows());
    for (size_t i = 0; i < block->rows(); ++i) rows.push_back({numbers[block->streams[i]], block->set_codes[i], block->timestamps[i], block->arrivals[i], block->lines[i]});
    WrittenBlock written = write_block(std::move(rows), block->sets);
    const size_t stored = written.bytes.size();
    auto read = [bytes = std::make_shared<const std::string>(std::move(written.bytes))](const Chunk& c) -> Result<std::string> {
      return bytes->substr(c.offset, c.length).append(PackedBits::kPadding, '\0');
    };
    auto open = std::make_shared<OpenBlock>(std::make_shared<const BlockMeta>(std::move(written.meta)), std::move(read), std::move(streams), stored);
    BlockCache::of_process().keep(this, 0, open);
    return open;
  }

  Result<std::shared_ptr<Block>> load_rows(const RowFilter& filter) const {
    auto out = std::make_shared<SlabRows>();
    out->whole = block;
    out->sets = block->sets;
    out->set_bytes = block->set_bytes;
    const auto& times = block->timestamps;
    size_t low = std::lower_bound(times.begin(), times.end(), filter.first) - times.begin();
    size_t high = std::upper_bound(times.begin(), times.end(), filter.last) - times.begin();
    uint64_t rows = 0, line_bytes = 0, metadata_bytes = 0;
    SearchTime time;
    for (size_t i = low; i < high; i++) {
      const uint64_t stream = block->streams[i]->id;
      if (filter.streams && !filter.streams->contains(stream)) continue;
      if ((filter.within && !filter.within->holds(stream, times[i])) || (filter.without && filter.without->holds(stream, times[i]))) continue;
      rows++;
      line_bytes += block->line_lengths[i];
      metadata_bytes += block->set_bytes[block->set_codes[i]];
      Verdict verdict = kYes;
      if (filter.where) verdict = time.over(block->lines[i].size()) ? kMaybe : row_verdict(*filter.where, block->lines[i], block->streams[i]->labels, block->sets[block->set_codes[i]]);
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

}  // namespace

std::shared_ptr<const Run> make_slab(std::vector<Row> rows, std::vector<std::shared_ptr<const std::string>> payloads, bool lasting) {
  auto slab = std::make_shared<Slab>();
  if (!std::is_sorted(rows.begin(), rows.end(), earlier)) std::sort(rows.begin(), rows.end(), earlier);
  SlabRows& block = *slab->block;
  block.payloads = std::move(payloads);
  block.timestamps.reserve(rows.size());
  block.arrivals.reserve(rows.size());
  block.streams.reserve(rows.size());
  block.lines.reserve(rows.size());
  Distinct codes(SIZE_MAX);
  std::unordered_map<const Stream*, size_t> spans;
  for (const Row& row : rows) {
    const uint32_t code = codes.code(row.metadata);
    if (code == block.sets.size()) {
      ByteReader in(row.metadata);
      block.sets.push_back(read_coded_labels(in, block.set_bytes.emplace_back()));
    }
    auto [span, new_stream] = spans.try_emplace(row.stream, spans.size());
    if (new_stream) slab->stream_spans.push_back({row.stream});
    slab->stream_spans[span->second].add(row.timestamp, row.line.size(), block.set_bytes[code]);
    block.timestamps.push_back(row.timestamp);
    block.arrivals.push_back(row.arrival);
    block.streams.push_back(row.stream);
    block.set_codes.push_back(code);
    block.line_lengths.push_back(static_cast<uint32_t>(row.line.size()));
    block.lines.push_back(row.line);
  }
  std::sort(slab->stream_spans.begin(), slab->stream_spans.end(),
            [](const StreamSpan& a, const StreamSpan& b) { return a.stream->id < b.stream->id; });
  slab->block_spans.push_back({rows.front().timestamp, rows.back().timestamp, rows.size()});
  uint64_t line_bytes = 0;
  for (const StreamSpan& span : slab->stream_spans) line_bytes += span.line_bytes;
  slab->asked = lasting;
  slab->columnar = block.rows() >= kFewRows && line_bytes <= kBlockLineBytes;
  return slab;
}

}  // namespace sleipnir::storage
