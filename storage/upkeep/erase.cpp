#include "storage/upkeep/erase.h"

#include <algorithm>

#include "storage/bytes.h"
#include "storage/column/predicate_test.h"
#include "storage/scan/lookup.h"

namespace sleipnir::storage {
namespace {

const Cancellation kNever;

class Eraser {
 public:
  Eraser(const std::shared_ptr<Part>& part, const StreamSet& streams, const EraseRequest& request)
      : part_(part), streams_(streams), request_(request), where_(request.where), cancellation_(request.cancellation ? *request.cancellation : kNever) {}

  /// Finds the blocks that lose rows.
  Result<void> look() {
    touched_.assign(part_->blocks().size(), 0);
    AlignedNeedles needles;
    auto candidates = part_->candidates(request_.where, needles, nullptr);
    if (!candidates) return candidates.error();
    for (size_t b = 0; b < touched_.size(); ++b) {
      const BlockSpan& span = part_->blocks()[b];
      if (span.last < request_.first || span.first > request_.last || !part_->block_may_hold(b, streams_)) continue;
      if (!candidates->empty() && !(*candidates)[b]) continue;
      if (auto counted = count_doomed(b); !counted) return counted;
    }
    return {};
  }

  Result<Erased> rewrite(const PartFolder& folder) {
    if (doomed_ == 0 || doomed_ == part_->rows()) return Erased{doomed_, nullptr};
    auto keep = [this](Block& block, uint32_t row) { return !is_doomed(block, row); };
    auto rest = rewrite_part(part_, touched_, keep, folder, cancellation_);
    if (!rest) return rest.error();
    return Erased{part_->rows() - (*rest)->rows(), std::move(*rest)};
  }

 private:
  Result<void> count_doomed(size_t index) {
    if (auto checked = cancellation_.check(); !checked) return checked;
    RowFilter filter;
    filter.streams = &streams_;
    filter.first = request_.first;
    filter.last = request_.last;
    filter.where = &where_;
    auto block = part_->load(index, filter);
    if (!block) return block.error();
    if ((*block)->rows() == 0) return {};
    if (auto prepared = (*block)->prepare_lines(); !prepared) return prepared;
    if (auto prepared = (*block)->prepare_sets(); !prepared) return prepared;
    const uint64_t before = doomed_;
    for (size_t row = 0; row < (*block)->rows(); ++row) doomed_ += is_doomed(**block, row);
    touched_[index] = doomed_ != before;
    return {};
  }

  bool is_doomed(Block& block, size_t row) const {
    const Nanos timestamp = block.timestamps[row];
    const Stream& stream = *block.streams[row];
    if (timestamp < request_.first || timestamp > request_.last || !streams_.contains(stream.id)) return false;
    ByteReader in(block.set(row));
    return request_.doomed(stream, read_labels(in), timestamp, block.line(row));
  }

  const std::shared_ptr<Part>& part_;
  const StreamSet& streams_;
  const EraseRequest& request_;
  const PreparedPredicate where_;
  const Cancellation& cancellation_;
  std::vector<uint8_t> touched_;  // by block
  uint64_t doomed_ = 0;
};

}  // namespace

Result<Erased> erase_rows(const std::shared_ptr<Part>& part, const StreamSet& streams, const EraseRequest& request, const PartFolder& folder) {
  if (!may_hold(*part, streams, request.first, request.last)) return Erased();
  Eraser eraser(part, streams, request);
  if (auto looked = eraser.look(); !looked) return looked.error();
  return eraser.rewrite(folder);
}

}  // namespace sleipnir::storage
