#include "storage/part/column_block.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <numeric>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "storage/part/built_lines.h"
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

class ColumnBlock : public Block {
 public:
  explicit ColumnBlock(BlockRows rows) : picked_(std::move(rows)) {}

  /// Sorts the rows by (timestamp, arrival) and reads what every row has.
  Result<void> fill() {
    const PickedRows& picked = picked_.rows();
    if (picked.size() == 0) return {};
    auto times = picked_.reader().times();
    auto codes = picked_.reader().set_codes();
    auto lengths = picked_.reader().line_lengths();
    for (const Error* e : {times ? nullptr : &times.error(), codes ? nullptr : &codes.error(), lengths ? nullptr : &lengths.error()})
      if (e) return *e;
    const size_t n = picked.size();
    timestamps.resize(n);
    picked.gather(std::span(timestamps), [&](uint32_t first, std::span<Nanos> out) { (*times)->unpack(first, out); });
    if (auto sorted = sort(); !sorted) return sorted;
    permute(timestamps);
    line_lengths = numbers_of(**lengths);
    for (const PickedRows::OfStream& of : picked.streams()) streams.resize(of.end, picked_.streams()[of.stream]);
    permute(streams);
    if (!picked_.all_certain())
      for (const uint32_t row : rows_) verdicts.push_back(picked_.verdict(row));
    if (!picked_.reader().meta().metadata_in_columns()) {
      set_codes = numbers_of(**codes);
      fill_sets();
      return {};
    }
    set_codes.resize(n);
    std::iota(set_codes.begin(), set_codes.end(), 0);
    auto metadata_lengths = picked_.reader().metadata_lengths();
    if (!metadata_lengths) return metadata_lengths.error();
    metadata_lengths_ = numbers_of(**metadata_lengths);
    return {};
  }

  /// Few want them: they are coded one after the other, all rows of the block.
  Result<void> prepare_arrivals() override {
    if (!arrivals.empty() || rows_.empty()) return {};
    auto all = picked_.reader().arrivals();
    if (!all) return all.error();
    for (const uint32_t row : rows_) arrivals.push_back((*all)[row]);
    return {};
  }

  Result<void> prepare_lines() override {
    std::lock_guard lock(mutex_);
    if (prepared_) return {};
    auto codes = picked_.reader().shape_codes();
    if (!codes) return codes.error();
    std::vector<uint8_t> done(picked_.reader().meta().shapes.size() + 1);
    for (const uint32_t row : rows_) {
      const uint32_t shape = (**codes)[row];
      if (std::exchange(done[shape], 1)) continue;
      if (auto prepared = picked_.reader().prepare_lines(shape); !prepared) return prepared;
    }
    prepared_ = true;
    return {};
  }

  std::string_view line(size_t row) override {
    std::lock_guard lock(mutex_);
    return lines_.line(picked_.reader(), row, rows_[row], rows_.size());
  }

  Result<void> prepare_sets() override {
    if (!picked_.reader().meta().metadata_in_columns()) return {};
    return picked_.reader().prepare_sets();
  }

  std::string_view set(size_t row) override {
    if (metadata_lengths_.empty()) return Block::set(row);
    std::lock_guard lock(mutex_);
    built_sets_.resize(rows_.size());
    std::string_view& set = built_sets_[row];
    if (set.empty()) {
      set_.clear();
      picked_.reader().append_set(rows_[row], set_);
      set = sets_.entries()[sets_.append(set_)];
    }
    return set;
  }
  uint32_t metadata_bytes(size_t row) override { return metadata_lengths_.empty() ? Block::metadata_bytes(row) : metadata_lengths_[row]; }

  Result<ProjectedSets> project(const std::vector<std::string>* names) override {
    if (metadata_lengths_.empty()) return Block::project(names);
    return project_columns(picked_.reader().meta(), names, rows(), [&](const std::string& name) { return column({WantedField::From::kMetadata, name}); });
  }

  Result<const Column*> column(const WantedField& wanted) override {
    std::lock_guard lock(mutex_);
    auto& column = columns_[{static_cast<int>(wanted.from), wanted.number, wanted.name}];
    if (!column) {
      auto built = field_column(picked_.reader(), picked_.rows(), wanted);
      if (!built) return built.error();
      column = *built ? permuted(std::move(*built)) : nullptr;
    }
    return column.get();
  }

 private:
  /// Of the rows, in their order.
  std::vector<uint32_t> numbers_of(const RowCodes& codes) const {
    std::vector<uint32_t> out(order_.size());
    picked_.rows().gather(std::span(out), [&](uint32_t first, std::span<uint32_t> to) { codes.unpack(first, to); }, [&](uint32_t row) { return codes[row]; });
    permute(out);
    return out;
  }

  /// Few rows leave most sets of a block out.
  void fill_sets() {
    const auto& all = picked_.reader().meta().sets;
    if (all.size() <= set_codes.size()) {
      sets.assign(all.begin(), all.end());
      return;
    }
    std::unordered_map<uint32_t, uint32_t> known;
    for (uint32_t& code : set_codes) {
      const auto [at, is_new] = known.try_emplace(code, static_cast<uint32_t>(sets.size()));
      if (is_new) sets.emplace_back(all[code]);
      code = at->second;
    }
  }

  /// Fills order_ and rows_. timestamps are those of the picked rows, which ascend within each stream.
  Result<void> sort() {
    const auto rows = picked_.rows().rows();
    std::vector<size_t> starts{0};
    for (const PickedRows::OfStream& of : picked_.rows().streams()) starts.push_back(of.end);
    order_.resize(rows.size());
    std::iota(order_.begin(), order_.end(), 0);
    merge_runs(order_, std::move(starts), [&](uint32_t a, uint32_t b) { return timestamps[a] < timestamps[b]; });
    const auto same_time = [&](uint32_t a, uint32_t b) { return timestamps[a] == timestamps[b]; };
    if (std::adjacent_find(order_.begin(), order_.end(), same_time) != order_.end())
      if (auto sorted = sort_ties(same_time); !sorted) return sorted;
    rows_.reserve(order_.size());
    for (const uint32_t i : order_) rows_.push_back(rows[i]);
    return {};
  }
  template <class SameTime>
  Result<void> sort_ties(SameTime same_time) {
    auto all = picked_.reader().arrivals();
    if (!all) return all.error();
    const auto rows = picked_.rows().rows();
    for (auto from = order_.begin(), to = from; from != order_.end(); from = to) {
      to = std::find_if_not(from, order_.end(), [&](uint32_t i) { return same_time(*from, i); });
      std::sort(from, to, [&](uint32_t a, uint32_t b) { return (*all)[rows[a]] < (*all)[rows[b]]; });
    }
    return {};
  }
  template <class T>
  void permute(std::vector<T>& values) const {
    std::vector<T> out;
    out.reserve(values.size());
    for (const uint32_t i : order_) out.push_back(values[i]);
    values = std::move(out);
  }
  struct PermutedColumn : Column {
    std::shared_ptr<const Column> from;
    std::vector<uint32_t> own_codes;
    std::vector<double> own_numbers;
  };
  std::shared_ptr<const Column> permuted(std::shared_ptr<const Column> from) const {
    auto out = std::make_shared<PermutedColumn>();
    out->own_codes.assign(from->codes.begin(), from->codes.end());
    if (out->own_codes.empty()) out->own_codes.resize(rows_.size());
    out->own_numbers.assign(from->numbers.begin(), from->numbers.end());
    permute(out->own_codes);
    if (!out->own_numbers.empty()) permute(out->own_numbers);
    out->codes = out->own_codes;
    out->numbers = out->own_numbers;
    out->dictionary = from->dictionary;
    out->from = std::move(from);
    return out;
  }

  BlockRows picked_;
  std::vector<uint32_t> order_;  ///< places in the picked rows, by time
  std::vector<uint32_t> rows_;   ///< of the block, by time
  std::mutex mutex_;  // of what is filled when it is first asked for
  bool prepared_ = false;
  BuiltLines lines_;
  std::vector<uint32_t> metadata_lengths_;    ///< empty: metadata is in sets
  std::vector<std::string_view> built_sets_;  ///< by row, where metadata is in columns; empty until asked for
  Texts sets_;                                ///< those that are built
  std::string set_;
  std::map<std::tuple<int, bool, std::string>, std::shared_ptr<const Column>> columns_;
};

}  // namespace

Result<std::shared_ptr<Block>> column_block(BlockRows rows) {
  auto block = std::make_shared<ColumnBlock>(std::move(rows));
  if (auto filled = block->fill(); !filled) return filled.error();
  return std::shared_ptr<Block>(std::move(block));
}

}  // namespace sleipnir::storage
