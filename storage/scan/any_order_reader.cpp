#include "storage/scan/any_order_reader.h"

#include <atomic>
#include <mutex>

#include "storage/format.h"
#include "storage/scan/slice_batch.h"

namespace sleipnir::storage {
namespace {

class AnyOrderReader : public BatchReader {
 public:
  AnyOrderReader(RowSelection selection, BatchOptions options) : selection_(std::move(selection)), options_(std::move(options)) {
    find_contested();
    list_blocks();
  }

  Result<std::unique_ptr<Batch>> next() override {
    for (;;) {
      if (auto failed = options_.failure->get()) return *failed;
      if (selection_.cancellation) {
        if (auto checked = selection_.cancellation->check(); !checked) return checked.error();
      }
      if (std::unique_lock turn(contested_mutex_, std::try_to_lock); turn && contested_) {
        auto batch = next_contested();
        if (!batch || *batch) return batch;
      }
      const size_t i = next_block_++;
      if (i < blocks_.size()) {
        auto batch = read(blocks_[i]);
        if (!batch || *batch) return batch;
        continue;
      }
      std::lock_guard turn(contested_mutex_);
      if (!contested_) return std::unique_ptr<Batch>();
      return next_contested();
    }
  }

 private:
  struct BlockOfRun { size_t run, block; };

  void find_contested() {
    Runs runs;
    for (const auto& from : selection_.runs) runs.push_back(from.run);
    if (runs.empty()) return;
    RowSelection both = selection_;
    both.runs.clear();
    both.direction = Direction::kForward;
    for (StreamTimes& times : contested(runs, *selection_.runs.front().streams, selection_.first, selection_.last)) {
      auto& shared = contested_of_run_.emplace_back(std::make_shared<const StreamTimes>(std::move(times)));
      const RowSelection::FromRun& from = selection_.runs[contested_of_run_.size() - 1];
      if (!shared->empty()) both.runs.push_back({from.run, std::make_shared<const StreamSet>(shared->streams()), from.blocks, shared});
    }
    if (!both.runs.empty()) contested_.emplace(std::move(both));
  }

  void list_blocks() {
    for (size_t r = 0; r < selection_.runs.size(); ++r) {
      const auto& from = selection_.runs[r];
      const auto& spans = from.run->blocks();
      for (size_t b = 0; b < spans.size(); ++b) {
        if (spans[b].last < selection_.first || spans[b].first > selection_.last || (!from.blocks.empty() && !from.blocks[b])) continue;
        if (from.run->block_may_hold(b, *from.streams)) blocks_.push_back({r, b});
      }
    }
  }

  Result<std::unique_ptr<Batch>> read(BlockOfRun at) const {
    const StreamTimes* without = contested_of_run_[at.run].get();
    const RowFilter filter{.streams = selection_.runs[at.run].streams.get(), .first = selection_.first, .last = selection_.last,
                           .without = without->empty() ? nullptr : without, .where = selection_.where.get(), .stats = selection_.stats};
    return selection_.runs[at.run].run->batch(at.block, filter, options_);
  }

  /// nullptr at the end.
  Result<std::unique_ptr<Batch>> next_contested() {
    auto slice = contested_->next(kSlabRows);
    if (!slice) return slice.error();
    if (!slice->rows.empty()) return slice_batch(std::move(*slice), options_);
    contested_.reset();
    return std::unique_ptr<Batch>();
  }

  const RowSelection selection_;
  const BatchOptions options_;
  std::vector<std::shared_ptr<const StreamTimes>> contested_of_run_;
  std::vector<BlockOfRun> blocks_;
  std::atomic<size_t> next_block_{0};
  std::mutex contested_mutex_;
  std::optional<OrderedRows> contested_;  ///< until it is read to its end
};

}  // namespace

std::unique_ptr<BatchReader> any_order_reader(RowSelection selection, BatchOptions options) {
  return std::make_unique<AnyOrderReader>(std::move(selection), std::move(options));
}

}  // namespace sleipnir::storage
