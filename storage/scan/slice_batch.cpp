#include "storage/scan/slice_batch.h"

#include <unordered_map>

#include "storage/bytes.h"
#include "storage/column/projected_sets.h"

namespace sleipnir::storage {
namespace {

class SliceBatch : public Batch {
 public:
  SliceBatch(RowSlice slice, const BatchOptions& options)
      : slice_(std::move(slice)), fields_(options.fields), names_(options.metadata_names), failure_(options.failure), columns_(fields_->size()), sets_(slice_.blocks.size()) {
    timestamps_.reserve(slice_.rows.size());
    streams_.reserve(slice_.rows.size());
    for (auto [block, row] : slice_.rows) {
      timestamps_.push_back(slice_.blocks[block]->timestamps[row]);
      streams_.push_back(slice_.blocks[block]->streams[row]);
    }
  }

  size_t rows() const override { return slice_.rows.size(); }
  std::span<const Nanos> timestamps() const override { return timestamps_; }
  std::span<const Stream* const> streams() const override { return streams_; }
  std::string_view line(size_t row) override {
    if (auto prepared = block(row).prepare_lines(); !prepared) {
      failure_->set(prepared.error());
      return {};
    }
    return block(row).line(slice_.rows[row].row);
  }
  bool certain(size_t row) const override { return block(row).certain(slice_.rows[row].row); }
  uint32_t line_bytes(size_t row) override { return block(row).line_lengths[slice_.rows[row].row]; }

  const LabelSet& metadata(size_t row) const override {
    const auto [b, block_row] = slice_.rows[row];
    Block& of = *slice_.blocks[b];
    if (of.sets.empty() && !projects(of)) return own_set(row);
    if (!sets_[b]) {
      auto projected = of.project(projects(of) ? names_.get() : nullptr);
      if (!projected) return fail(projected.error());
      sets_[b].emplace(std::move(*projected));
    }
    return sets_[b]->labels(sets_[b]->of(of.set_codes[block_row]));
  }

  Result<const Column*> column(size_t i) override {
    if (!columns_[i]) {
      auto gathered = gather((*fields_)[i]);
      if (!gathered) return gathered.error();
      columns_[i] = std::move(*gathered);
    }
    return columns_[i].get();
  }

 private:
  /// Of columns all rows of the block are looked at, which costs less a row than making its set.
  static constexpr size_t kRowsOfColumns = 16;
  /// A block may have more sets than the slice has rows: then those that occur are taken as they are.
  bool projects(const Block& of) const {
    return names_ && (of.sets.empty() ? of.rows() <= slice_.rows.size() * kRowsOfColumns : of.sets.size() <= slice_.rows.size());
  }
  const LabelSet& own_set(size_t row) const {
    own_sets_.resize(slice_.rows.size());
    if (!own_sets_[row]) {
      if (auto prepared = block(row).prepare_sets(); !prepared) return fail(prepared.error());
      ByteReader in(block(row).set(slice_.rows[row].row));
      own_sets_[row] = std::make_unique<LabelSet>(read_labels(in));
    }
    return *own_sets_[row];
  }
  const LabelSet& fail(const Error& error) const {
    static const LabelSet kNone;
    failure_->set(error);
    return kNone;
  }

  /// The blocks' columns as one: dictionaries joined, rows of blocks that have none undecided.
  struct OwnedColumn : Column {
    std::vector<uint32_t> own_codes;
    std::vector<std::string_view> own_dictionary;
    std::vector<double> own_numbers;
  };
  Result<std::unique_ptr<OwnedColumn>> gather(const WantedField& wanted) {
    struct OfBlock { const Column* column; std::vector<uint32_t> codes; };
    std::vector<OfBlock> of_blocks;
    auto out = std::make_unique<OwnedColumn>();
    std::unordered_map<std::string_view, uint32_t> index;
    for (const auto& b : slice_.blocks) {
      auto column = b->column(wanted);
      if (!column) return column.error();
      OfBlock& of = of_blocks.emplace_back(OfBlock{*column, {}});
      for (const std::string_view text : of.column ? of.column->dictionary : std::span<const std::string_view>()) {
        const auto [at, is_new] = index.try_emplace(text, static_cast<uint32_t>(out->own_dictionary.size()));
        if (is_new) out->own_dictionary.push_back(text);
        of.codes.push_back(at->second);
      }
    }
    out->own_codes.reserve(rows());
    if (wanted.number) out->own_numbers.resize(rows());
    for (size_t i = 0; i < rows(); i++) {
      const auto [b, row] = slice_.rows[i];
      const OfBlock& of = of_blocks[b];
      uint32_t code = !of.column ? Column::kUndecided : of.column->codes.empty() ? 0 : of.column->codes[row];
      if (wanted.number && of.column) out->own_numbers[i] = of.column->numbers[row];
      if (code < of.codes.size()) code = of.codes[code];
      out->own_codes.push_back(code);
    }
    out->codes = out->own_codes;
    out->dictionary = out->own_dictionary;
    out->numbers = out->own_numbers;
    return out;
  }

  Block& block(size_t row) const { return *slice_.blocks[slice_.rows[row].block]; }

  RowSlice slice_;
  std::shared_ptr<const std::vector<WantedField>> fields_;
  std::shared_ptr<const std::vector<std::string>> names_;  ///< of metadata; null: all
  std::shared_ptr<ReadFailure> failure_;
  std::vector<std::unique_ptr<OwnedColumn>> columns_;
  std::vector<Nanos> timestamps_;
  std::vector<const Stream*> streams_;
  mutable std::vector<std::optional<ProjectedSets>> sets_;    // by block
  mutable std::vector<std::unique_ptr<LabelSet>> own_sets_;   // by row, of blocks that have metadata in columns and give few rows
};

}  // namespace

std::unique_ptr<Batch> slice_batch(RowSlice slice, const BatchOptions& options) { return std::make_unique<SliceBatch>(std::move(slice), options); }

}  // namespace sleipnir::storage
