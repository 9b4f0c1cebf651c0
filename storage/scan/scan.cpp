#include "storage/scan/scan.h"

#include <algorithm>

#include "storage/scan/any_order_reader.h"
#include "storage/column/predicate_test.h"
#include "storage/format.h"
#include "storage/scan/lookup.h"
#include "storage/scan/slice_batch.h"

namespace sleipnir::storage {
namespace {

class OrderedReader : public BatchReader {
 public:
  OrderedReader(RowSelection selection, BatchOptions options, uint64_t limit_hint)
      : cancellation_(selection.cancellation), options_(std::move(options)), rows_(std::move(selection)) {
    if (limit_hint) target_ = std::clamp<uint64_t>(limit_hint, kLeastRows, kSlabRows);
  }

  Result<std::unique_ptr<Batch>> next() override {
    if (auto failed = options_.failure->get()) return *failed;
    if (cancellation_) {
      if (auto checked = cancellation_->check(); !checked) return checked.error();
    }
    auto slice = rows_.next(target_);
    if (!slice) return slice.error();
    if (slice->rows.empty()) return std::unique_ptr<Batch>();
    return slice_batch(std::move(*slice), options_);
  }

 private:
  static constexpr uint64_t kLeastRows = 128;

  const Cancellation* cancellation_;
  const BatchOptions options_;
  OrderedRows rows_;
  uint64_t target_ = kSlabRows;
};

bool is_true(const Predicate& p) { return p.kind == Predicate::Kind::kAnd && p.children.empty(); }

/// The runs that may hold rows of the request, and which of their blocks.
Result<RowSelection> select(const TenantStore& tenant, const ScanRequest& request) {
  RowSelection selection;
  const bool backward = request.order == ScanRequest::Order::kTime && request.direction == Direction::kBackward;
  selection.direction = backward ? Direction::kBackward : Direction::kForward;
  selection.cancellation = request.cancellation;
  selection.stats = request.stats;
  // Who wants columns may need no lines: then they are read when one is asked for.
  selection.lines = request.need_lines && request.fields.empty();
  if (!is_true(request.where)) selection.where = PreparedPredicate::of(request.where);
  if (request.start >= request.end) return selection;
  selection.first = request.start;
  selection.last = request.end - 1;
  // Runs first: a stream that is new in between has no rows in them.
  Runs runs = tenant.runs(selection.first, selection.last);
  auto matched = tenant.index().match(request.matchers, request.cancellation);
  if (!matched) return matched.error();
  const auto streams = std::make_shared<const StreamSet>(*std::move(matched));
  if (request.stats) request.stats->streams += streams->count();
  AlignedNeedles needles;
  for (auto& run : runs) {
    const bool needed = may_hold(*run, *streams, selection.first, selection.last);
    if (request.stats && !run->unsealed()) (needed ? request.stats->parts : request.stats->parts_pruned)++;
    if (!needed) continue;
    auto blocks = selection.where ? run->candidates(**selection.where, needles, request.stats) : Result<std::vector<uint8_t>>(std::vector<uint8_t>());
    if (!blocks) return blocks.error();
    selection.runs.push_back({std::move(run), streams, std::move(*blocks)});
  }
  return selection;
}

}  // namespace

Result<std::unique_ptr<BatchReader>> scan_tenant(const TenantStore& tenant, const ScanRequest& request) {
  auto selection = select(tenant, request);
  if (!selection) return selection.error();
  BatchOptions options{.fields = std::make_shared<const std::vector<WantedField>>(request.fields)};
  if (request.metadata_names) options.metadata_names = std::make_shared<const std::vector<std::string>>(*request.metadata_names);
  if (request.order == ScanRequest::Order::kAny) return any_order_reader(std::move(*selection), std::move(options));
  return std::unique_ptr<BatchReader>(std::make_unique<OrderedReader>(std::move(*selection), std::move(options), request.limit_hint));
}

std::unique_ptr<BatchReader> scan_nothing() { return any_order_reader({}, {}); }

}  // namespace sleipnir::storage
