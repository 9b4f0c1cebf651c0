#include "storage/part_block.h"

#include <algorithm>
#include <deque>
#include <map>
#include <tuple>

#include "storage/bytes.h"
#include "storage/column/block_filter.h"
#include "storage/column/field_column.h"

namespace sleipnir::storage {
namespace {

/// Merges ascending runs of `rows`; run i begins at starts[i], the last element of `starts` is the end.
template <class Less>
void merge_runs(std::vector<uint32_t>& rows, std::vector<size_t> starts, Less less) {
  std::vector<uint32_t> merged(rows.size());
  while (starts.size() > 2) {
    std::vector<size_t> next;
    for (size_t r = 0; r + 1 < starts.size(); r += 2) {
      const size_t middle = starts[r + 1], end = starts[std::min(r + 2, starts.size() - 1)];
      std::merge(rows.begin() + starts[r], rows.begin() + middle, rows.begin() + middle, rows.begin() + end, merged.begin() + starts[r], less);
      next.push_back(starts[r]);
    }
    next.push_back(rows.size());
    rows.swap(merged);
    starts = std::move(next);
  }
}

class PartBlock : public Block {
 public:
  PartBlock(std::shared_ptr<const Part> part, size_t index, std::shared_ptr<const BlockMeta> meta, File file, ScanStats* stats)
      : part_(std::move(part)), entry_(part_->directory().blocks[index]), file_(std::move(file)), meta_(std::move(meta)),
        reader_(meta_, [this, stats](const Chunk& c) { return read(c, stats); }) {
    for (const uint32_t code : entry_.streams) block_streams_.push_back(part_->stream(code));
  }

  Result<void> select(const RowFilter& filter) {
    if (auto picked = pick(filter); !picked) return picked;
    if (filter.stats) {
      if (auto counted = count(*filter.stats); !counted) return counted;
    }
    std::vector<uint8_t> of_rows;
    if (filter.where && !rows_.empty()) {
      if (auto tested = test(*filter.where, of_rows); !tested) return tested;
    }
    if (rows_.empty()) return {};
    if (auto sorted = sort(); !sorted) return sorted;
    for (const uint32_t row : rows_)
      if (!of_rows.empty()) verdicts.push_back(of_rows[row]);
    return fill();
  }

  Result<void> prepare_lines() override {
    if (prepared_) return {};
    auto codes = reader_.shape_codes();
    if (!codes) return codes.error();
    for (const uint32_t row : rows_)
      if (auto prepared = reader_.prepare_lines((*codes)[row]); !prepared) return prepared;
    prepared_ = true;
    return {};
  }

  std::string_view line(size_t row) override {
    if (built_.empty()) built_.resize(rows_.size());
    if (!built_[row].data()) {
      if (texts_.empty() || texts_.back().size() + line_lengths[row] > kTextBytes) {
        texts_.emplace_back();
        texts_.back().reserve(std::max<size_t>(kTextBytes, line_lengths[row] + 1));
      }
      std::string& text = texts_.back();
      const size_t from = text.size();
      reader_.append_line(rows_[row], text);
      built_[row] = std::string_view(text.data() + from, text.size() - from);
    }
    return built_[row];
  }

  Result<const Column*> column(const WantedField& wanted) override {
    auto& column = columns_[{static_cast<int>(wanted.from), wanted.number, wanted.name}];
    if (!column) {
      auto built = field_column(reader_, rows_, wanted);
      if (!built) return built.error();
      column = std::move(*built);
    }
    return column.get();
  }

 private:
  /// Lines are built into pieces of this size, so that views stay where they are.
  static constexpr size_t kTextBytes = 256 << 10;

  Result<std::string> read(const Chunk& c, ScanStats* stats) const {
    if (c.offset > entry_.chunk_bytes || c.length > entry_.chunk_bytes - c.offset) return corrupt(part_->path(), "malformed block");
    return part_->read_chunk(file_, {entry_.offset + c.offset, c.length, c.checksum}, stats);
  }

  /// Fills rows_ and starts_ with what the streams and times of the filter leave.
  Result<void> pick(const RowFilter& filter) {
    uint32_t from = 0;
    for (size_t s = 0; s < meta_->streams.size(); ++s) {
      const StreamRows& of = meta_->streams[s];
      const uint32_t begin = from, end = from += of.rows;
      if (of.first > filter.last || of.last < filter.first || (filter.streams && !filter.streams->contains(block_streams_[s]->id))) continue;
      uint32_t low = begin, high = end;
      if (of.first < filter.first || of.last > filter.last) {
        auto times = reader_.timestamps();
        if (!times) return times.error();
        low = static_cast<uint32_t>(std::lower_bound(times->begin() + begin, times->begin() + end, filter.first) - times->begin());
        high = static_cast<uint32_t>(std::upper_bound(times->begin() + low, times->begin() + end, filter.last) - times->begin());
      }
      if (low == high) continue;
      starts_.push_back(rows_.size());
      streams_picked_.push_back({static_cast<uint32_t>(s), low == begin && high == end});
      for (uint32_t row = low; row < high; ++row) rows_.push_back(row);
    }
    return {};
  }

  /// Streams taken whole have their sums in the directory.
  Result<void> count(ScanStats& stats) {
    uint64_t lines = 0, metadata = 0;
    for (size_t i = 0; i < starts_.size(); ++i) {
      const auto [stream, whole] = streams_picked_[i];
      if (whole) {
        lines += meta_->streams[stream].line_bytes;
        metadata += meta_->streams[stream].metadata_bytes;
        continue;
      }
      auto lengths = reader_.line_lengths();
      auto codes = reader_.set_codes();
      if (!lengths || !codes) return lengths ? codes.error() : lengths.error();
      const size_t end = i + 1 < starts_.size() ? starts_[i + 1] : rows_.size();
      for (size_t k = starts_[i]; k < end; ++k) {
        lines += (*lengths)[rows_[k]];
        metadata += sizes_of_sets()[(*codes)[rows_[k]]];
      }
    }
    stats.rows += rows_.size();
    stats.bytes += lines;
    stats.metadata_bytes += metadata;
    return {};
  }

  Result<void> test(const Predicate& where, std::vector<uint8_t>& of_rows) {
    auto tested = BlockFilter(reader_, block_streams_).verdicts(where);
    if (!tested) return tested.error();
    of_rows = std::move(*tested);
    std::vector<uint32_t> kept;
    std::vector<size_t> starts;
    for (size_t i = 0; i < starts_.size(); ++i) {
      const size_t end = i + 1 < starts_.size() ? starts_[i + 1] : rows_.size(), before = kept.size();
      for (size_t k = starts_[i]; k < end; ++k)
        if (of_rows[rows_[k]] != kNo) kept.push_back(rows_[k]);
      if (kept.size() > before) starts.push_back(before);
    }
    rows_ = std::move(kept);
    starts_ = std::move(starts);
    return {};
  }

  Result<void> sort() {
    auto times = reader_.timestamps();
    auto arrived = reader_.arrivals();
    if (!times || !arrived) return times ? arrived.error() : times.error();
    starts_.push_back(rows_.size());
    merge_runs(rows_, starts_, [&](uint32_t a, uint32_t b) { return (*times)[a] != (*times)[b] ? (*times)[a] < (*times)[b] : (*arrived)[a] < (*arrived)[b]; });
    return {};
  }

  Result<void> fill() {
    auto times = reader_.timestamps();
    auto arrived = reader_.arrivals();
    auto codes = reader_.set_codes();
    auto lengths = reader_.line_lengths();
    for (const Error* e : {times ? nullptr : &times.error(), arrived ? nullptr : &arrived.error(), codes ? nullptr : &codes.error(), lengths ? nullptr : &lengths.error()})
      if (e) return *e;
    std::vector<const Stream*> of_row;
    of_row.reserve(meta_->rows);
    for (size_t s = 0; s < block_streams_.size(); ++s) of_row.insert(of_row.end(), meta_->streams[s].rows, block_streams_[s]);
    const size_t n = rows_.size();
    timestamps.reserve(n);
    arrivals.reserve(n);
    streams.reserve(n);
    set_codes.reserve(n);
    line_lengths.reserve(n);
    for (const uint32_t row : rows_) {
      timestamps.push_back((*times)[row]);
      arrivals.push_back((*arrived)[row]);
      streams.push_back(of_row[row]);
      set_codes.push_back((*codes)[row]);
      line_lengths.push_back((*lengths)[row]);
    }
    set_bytes = sizes_of_sets();
    for (const std::string& s : meta_->sets) sets.push_back(s);
    return {};
  }

  const std::vector<uint32_t>& sizes_of_sets() {
    if (set_sizes_.empty())
      for (const std::string& s : meta_->sets) {
        ByteReader in(s);
        read_coded_labels(in, set_sizes_.emplace_back());
      }
    return set_sizes_;
  }

  std::shared_ptr<const Part> part_;
  const BlockEntry& entry_;
  File file_;
  std::shared_ptr<const BlockMeta> meta_;
  BlockReader reader_;
  std::vector<const Stream*> block_streams_;
  std::vector<uint32_t> rows_, set_sizes_;
  bool prepared_ = false;
  std::vector<size_t> starts_;  ///< in rows_, of each stream's rows
  std::vector<std::pair<uint32_t, bool>> streams_picked_;  ///< stream, and whether all its rows are
  std::deque<std::string> texts_;
  std::vector<std::string_view> built_;
  std::map<std::tuple<int, bool, std::string>, std::shared_ptr<const Column>> columns_;
};

}  // namespace

Result<std::shared_ptr<Block>> load_block(std::shared_ptr<const Part> part, size_t block, const RowFilter& filter) {
  auto meta = part->block_meta(block, filter.stats);
  if (!meta) return meta.error();
  auto file = File::open_for_reading(part->path());
  if (!file) return file.error();
  auto loaded = std::make_shared<PartBlock>(std::move(part), block, std::move(*meta), std::move(*file), filter.stats);
  if (auto selected = loaded->select(filter); !selected) return selected.error();
  return std::shared_ptr<Block>(std::move(loaded));
}

}  // namespace sleipnir::storage
