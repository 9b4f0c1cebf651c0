#include "storage/part/column_batch.h"

#include <algorithm>
#include <utility>

#include "storage/part/built_lines.h"
#include "storage/column/field_column.h"
#include "storage/column/projected_sets.h"

namespace sleipnir::storage {
namespace {

const LabelSet kNone;

class ColumnBatch : public Batch {
 public:
  ColumnBatch(BlockRows rows, const BatchOptions& options)
      : picked_(std::move(rows)), fields_(options.fields), names_(options.metadata_names), failure_(options.failure), columns_(fields_->size()) {}

  size_t rows() const override { return picked_.rows().size(); }

  std::span<const Nanos> timestamps() const override {
    if (!timestamps_.empty()) return timestamps_.all();
    const std::span<Nanos> out = timestamps_.resize(rows());
    if (const RowTimes* times = read_times()) picked_.rows().gather(out, [&](uint32_t first, std::span<Nanos> to) { times->unpack(first, to); });
    else std::fill(out.begin(), out.end(), 0);
    return out;
  }

  std::span<const Stretch> stretches() override {
    if (!stretches_.empty()) return stretches_;
    uint32_t last = UINT32_MAX;
    for (const PickedRows::OfStream& of : picked_.rows().streams()) {
      if (of.stream == std::exchange(last, of.stream)) stretches_.pop_back();
      const auto [earliest, latest] = picked_.times_of(of.stream);
      stretches_.push_back({of.end, earliest, latest});
    }
    return stretches_;
  }
  RowTime first_after(uint32_t row, uint32_t end, Nanos time) override {
    const RowTimes* times = read_times();
    if (!times) return {end, 0};
    const auto of_block = picked_.rows().rows().subspan(row, end - row);
    const uint32_t later = times->first_after({of_block.front(), of_block.back() + 1}, time);
    const auto at = std::lower_bound(of_block.begin(), of_block.end(), later);
    return {row + static_cast<uint32_t>(at - of_block.begin()), at == of_block.end() ? 0 : (*times)[*at]};
  }

  std::span<const RowPair> pairs() override {
    find_pairs();
    return pairs_;
  }
  std::span<const uint32_t> pair_codes() override {
    find_pairs();
    return pair_codes_.all();
  }

  std::span<const Stream* const> streams() const override {
    if (streams_.empty())
      for (const PickedRows::OfStream& of : picked_.rows().streams()) streams_.resize(of.end, picked_.streams()[of.stream]);
    return streams_;
  }
  const LabelSet& metadata(size_t row) const override {
    find_pairs();
    return *pairs_[pair_codes_.empty() ? 0 : pair_codes_.all()[row]].metadata;
  }

  std::string_view line(size_t row) override {
    const uint32_t block_row = picked_.rows().rows()[row];
    if (auto prepared = prepare(block_row); !prepared) {
      failure_->set(prepared.error());
      return {};
    }
    return lines_.line(picked_.reader(), row, block_row, rows());
  }
  uint32_t line_bytes(size_t row) override { return line_lengths()[row]; }
  std::span<const uint32_t> line_lengths() override {
    if (!lengths_.empty()) return lengths_.all();
    const std::span<uint32_t> out = lengths_.resize(rows());
    auto lengths = picked_.reader().line_lengths();
    if (lengths) {
      picked_.rows().gather(out, [&](uint32_t first, std::span<uint32_t> to) { (*lengths)->unpack(first, to); }, [&](uint32_t row) { return (**lengths)[row]; });
    } else {
      failure_->set(lengths.error());
      std::fill(out.begin(), out.end(), 0);
    }
    return out;
  }

  Result<const Column*> column(size_t i) override {
    if (!columns_[i]) {
      auto built = field_column(picked_.reader(), picked_.rows(), (*fields_)[i]);
      if (!built) return built.error();
      columns_[i] = std::move(*built);
    }
    return columns_[i].get();
  }

  bool certain(size_t row) const override { return picked_.all_certain() || picked_.certain(picked_.rows().rows()[row]); }
  bool all_certain() const override { return picked_.all_certain(); }

 private:
  Result<void> prepare(uint32_t block_row) {
    if (!shapes_) {
      auto codes = picked_.reader().shape_codes();
      if (!codes) return codes.error();
      shapes_ = *codes;
      prepared_.resize(picked_.reader().meta().shapes.size() + 1);
    }
    const uint32_t shape = (*shapes_)[block_row];
    if (prepared_[shape]) return {};
    auto prepared = picked_.reader().prepare_lines(shape);
    prepared_[shape] = prepared.ok();
    return prepared;
  }

  /// nullptr where they cannot be read.
  const RowTimes* read_times() const {
    auto times = picked_.reader().times();
    if (times) return *times;
    failure_->set(times.error());
    return nullptr;
  }

  void find_pairs() const {
    if (!pairs_.empty()) return;
    const BlockMeta& meta = picked_.reader().meta();
    if (meta.metadata_in_columns()) return find_pairs_of_columns();
    auto codes = picked_.reader().set_codes();
    if (!codes) failure_->set(codes.error());
    sets_.emplace(std::vector<std::string_view>(meta.sets.begin(), meta.sets.end()), names_.get());
    const auto one = !codes ? std::nullopt : sets_->size() == 1 ? std::optional(0u) : (*codes)->constant();
    if (!codes || one) return number_streams(codes ? sets_->labels(sets_->of(*one)) : kNone);
    const std::span<uint32_t> out = pair_codes_.resize(rows());
    picked_.rows().gather(out, [&](uint32_t first, std::span<uint32_t> to) { (*codes)->unpack(first, to); }, [&](uint32_t row) { return (**codes)[row]; });
    if (!sets_->unchanged())
      for (uint32_t& code : out) code = sets_->of(code);
    if (sets_->size() * picked_.rows().streams().size() <= kMostUnused) number_all();
    else number_found();
  }

  void find_pairs_of_columns() const {
    std::vector<std::shared_ptr<const Column>> columns;
    auto projected = project_columns(picked_.reader().meta(), names_.get(), rows(), [&](const std::string& name) -> Result<const Column*> {
      auto built = field_column(picked_.reader(), picked_.rows(), {WantedField::From::kMetadata, name});
      if (!built) return built.error();
      return columns.emplace_back(std::move(*built)).get();
    });
    if (!projected) failure_->set(projected.error());
    else sets_.emplace(std::move(*projected));
    if (!projected || sets_->size() == 1) return number_streams(projected ? sets_->labels(0) : kNone);
    const std::span<uint32_t> out = pair_codes_.resize(rows());
    for (uint32_t row = 0; row < out.size(); ++row) out[row] = sets_->of(row);
    if (sets_->size() * picked_.rows().streams().size() <= kMostUnused) number_all();
    else number_found();
  }

  /// All rows have this metadata.
  void number_streams(const LabelSet& metadata) const {
    const auto& of_streams = picked_.rows().streams();
    const std::span<uint32_t> out = pair_codes_.resize(of_streams.size() == 1 ? 0 : rows());
    uint32_t from = 0;
    for (const PickedRows::OfStream& of : of_streams) {
      pairs_.push_back({picked_.streams()[of.stream], &metadata});
      if (!out.empty()) std::fill(out.begin() + from, out.begin() + of.end, static_cast<uint32_t>(pairs_.size() - 1));
      from = of.end;
    }
  }

  /// A pair for every stream and set, though not all may have a row. pair_codes_ are set codes before.
  void number_all() const {
    uint32_t from = 0;
    for (const PickedRows::OfStream& of : picked_.rows().streams()) {
      const auto first = static_cast<uint32_t>(pairs_.size());
      for (uint32_t code = 0; code < sets_->size(); ++code) pairs_.push_back({picked_.streams()[of.stream], &sets_->labels(code)});
      for (uint32_t& code : pair_codes_.all().subspan(from, of.end - from)) code += first;
      from = of.end;
    }
  }

  /// Only pairs that have a row, as they appear.
  void number_found() const {
    std::vector<uint32_t> pair_of_set(sets_->size()), set_of_pair;
    uint32_t from = 0;
    for (const PickedRows::OfStream& of : picked_.rows().streams()) {
      const auto first = static_cast<uint32_t>(pairs_.size());  // pairs before are those of other streams
      for (uint32_t& code : pair_codes_.all().subspan(from, of.end - from)) {
        uint32_t& pair = pair_of_set[code];
        if (pair < first || pair >= pairs_.size() || set_of_pair[pair] != code) {
          pair = static_cast<uint32_t>(pairs_.size());
          pairs_.push_back({picked_.streams()[of.stream], &sets_->labels(code)});
          set_of_pair.push_back(code);
        }
        code = pair;
      }
      from = of.end;
    }
  }

  /// So many pairs cost a reader next to nothing.
  static constexpr size_t kMostUnused = 512;

  mutable BlockRows picked_;
  std::shared_ptr<const std::vector<WantedField>> fields_;
  std::shared_ptr<const std::vector<std::string>> names_;  ///< of metadata; null: all
  std::shared_ptr<ReadFailure> failure_;
  const RowCodes* shapes_ = nullptr;
  std::vector<uint8_t> prepared_;  ///< by shape code
  std::vector<Stretch> stretches_;
  Buffer<uint32_t> lengths_;
  std::vector<std::shared_ptr<const Column>> columns_;
  BuiltLines lines_;
  // Filled when first asked for.
  mutable Buffer<Nanos> timestamps_;
  mutable std::vector<const Stream*> streams_;
  mutable std::vector<RowPair> pairs_;
  mutable Buffer<uint32_t> pair_codes_;
  mutable std::optional<ProjectedSets> sets_;
};

}  // namespace

Result<std::unique_ptr<Batch>> column_batch(BlockRows rows, const BatchOptions& options) {
  if (rows.rows().size() == 0) return std::unique_ptr<Batch>();
  return std::unique_ptr<Batch>(std::make_unique<ColumnBatch>(std::move(rows), options));
}

}  // namespace sleipnir::storage
