#include "storage/scan.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "storage/bytes.h"
#include "storage/format.h"
#include "storage/lookup.h"
#include "storage/ordered_rows.h"

namespace sleipnir::storage {
namespace {

class StoredBatch : public Batch {
 public:
  /// `failure` takes what goes wrong where a line is read too late to fail.
  StoredBatch(RowSlice slice, std::shared_ptr<const std::vector<WantedField>> fields, std::shared_ptr<std::optional<Error>> failure)
      : slice_(std::move(slice)), fields_(std::move(fields)), failure_(std::move(failure)), columns_(fields_->size()), decoded_(slice_.blocks.size()) {
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
      *failure_ = prepared.error();
      return {};
    }
    return block(row).line(slice_.rows[row].row);
  }
  bool certain(size_t row) const override { return block(row).certain(slice_.rows[row].row); }
  uint32_t line_bytes(size_t row) override { return block(row).line_lengths[slice_.rows[row].row]; }

  const LabelSet& metadata(size_t row) const override {
    uint32_t code = block(row).set_codes[slice_.rows[row].row];
    auto& sets = decoded_[slice_.rows[row].block];
    if (sets.empty()) sets.resize(block(row).sets.size());
    if (!sets[code]) {
      ByteReader in(block(row).sets[code]);
      sets[code] = std::make_unique<LabelSet>(read_labels(in));
    }
    return *sets[code];
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
      uint32_t code = of.column ? of.column->codes[row] : Column::kUndecided;
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
  std::shared_ptr<std::optional<Error>> failure_;
  std::vector<std::unique_ptr<OwnedColumn>> columns_;
  std::vector<Nanos> timestamps_;
  std::vector<const Stream*> streams_;
  mutable std::vector<std::vector<std::unique_ptr<LabelSet>>> decoded_;  // by block and code, when first asked for
};

class StoredReader : public BatchReader {
 public:
  StoredReader(RowSelection selection, std::vector<WantedField> fields, uint64_t limit_hint)
      : cancellation_(selection.cancellation), fields_(std::make_shared<const std::vector<WantedField>>(std::move(fields))), rows_(std::move(selection)) {
    if (limit_hint) target_ = std::clamp<uint64_t>(limit_hint, kLeastRows, kSlabRows);
  }

  Result<std::unique_ptr<Batch>> next() override {
    std::lock_guard one_at_a_time(mutex_);
    if (*failure_) return **failure_;
    if (cancellation_) {
      if (auto checked = cancellation_->check(); !checked) return checked.error();
    }
    auto slice = rows_.next(target_);
    if (!slice) return slice.error();
    if (slice->rows.empty()) return std::unique_ptr<Batch>();
    return std::unique_ptr<Batch>(std::make_unique<StoredBatch>(std::move(*slice), fields_, failure_));
  }

 private:
  static constexpr uint64_t kLeastRows = 128;

  const Cancellation* cancellation_;
  std::shared_ptr<const std::vector<WantedField>> fields_;
  std::shared_ptr<std::optional<Error>> failure_ = std::make_shared<std::optional<Error>>();
  std::mutex mutex_;
  OrderedRows rows_;
  uint64_t target_ = kSlabRows;
};

bool is_true(const Predicate& p) { return p.kind == Predicate::Kind::kAnd && p.children.empty(); }

}  // namespace

Result<std::unique_ptr<BatchReader>> scan_tenant(const TenantStore& tenant, const ScanRequest& request) {
  RowSelection selection;
  bool backward = request.order == ScanRequest::Order::kTime && request.direction == Direction::kBackward;
  selection.direction = backward ? Direction::kBackward : Direction::kForward;
  selection.cancellation = request.cancellation;
  selection.stats = request.stats;
  // Who wants columns may need no lines: then they are read when one is asked for.
  selection.lines = request.need_lines && request.fields.empty();
  if (!is_true(request.where)) selection.where = std::make_shared<const Predicate>(request.where);
  if (request.start < request.end) {
    selection.first = request.start;
    selection.last = request.end - 1;
    // Runs first: a stream that is new in between has no rows in them.
    Runs runs = tenant.runs(selection.first, selection.last);
    auto streams = std::make_shared<const StreamSet>(tenant.index().match(request.matchers));
    if (request.stats) request.stats->streams += streams->count();
    for (auto& run : runs) {
      bool needed = may_hold(*run, *streams, selection.first, selection.last);
      if (request.stats && !run->unsealed()) (needed ? request.stats->parts : request.stats->parts_pruned)++;
      if (!needed) continue;
      auto blocks = selection.where ? run->candidates(*selection.where, request.stats) : Result<std::vector<uint8_t>>(std::vector<uint8_t>());
      if (!blocks) return blocks.error();
      selection.runs.push_back({std::move(run), streams, std::move(*blocks)});
    }
  }
  return std::unique_ptr<BatchReader>(std::make_unique<StoredReader>(std::move(selection), request.fields, request.limit_hint));
}

std::unique_ptr<BatchReader> scan_nothing() { return std::make_unique<StoredReader>(RowSelection{}, std::vector<WantedField>(), 0); }

}  // namespace sleipnir::storage
