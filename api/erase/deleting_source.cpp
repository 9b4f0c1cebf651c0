#include "api/erase/deleting_source.h"

#include <mutex>
#include <unordered_map>

namespace sleipnir::api {
namespace {

/// The rows of another batch that stay.
class MaskedBatch : public Batch {
 public:
  MaskedBatch(std::unique_ptr<Batch> batch, std::vector<uint32_t> kept) : batch_(std::move(batch)), kept_(std::move(kept)) {
    for (const uint32_t row : kept_) {
      timestamps_.push_back(batch_->timestamps()[row]);
      streams_.push_back(batch_->streams()[row]);
    }
  }
  size_t rows() const override { return kept_.size(); }
  std::span<const Nanos> timestamps() const override { return timestamps_; }
  std::span<const Stream* const> streams() const override { return streams_; }
  const LabelSet& metadata(size_t row) const override { return batch_->metadata(kept_[row]); }
  std::string_view line(size_t row) override { return batch_->line(kept_[row]); }
  uint32_t line_bytes(size_t row) override { return batch_->line_bytes(kept_[row]); }
  bool certain(size_t row) const override { return batch_->certain(kept_[row]); }

 private:
  std::unique_ptr<Batch> batch_;
  const std::vector<uint32_t> kept_;
  std::vector<Nanos> timestamps_;
  std::vector<const Stream*> streams_;
};

/// Asks masks, row by row. One thread.
class MaskTest {
 public:
  explicit MaskTest(const DeleteMasks& masks) {
    for (const auto& mask : masks) masks_.push_back({mask.get(), mask->pipeline->runner(), {}});
  }

  bool masked(Batch& batch, size_t row) {
    const Nanos timestamp = batch.timestamps()[row];
    const Stream* stream = batch.streams()[row];
    for (One& one : masks_) {
      if (timestamp < one.mask->first || timestamp > one.mask->last || !covers(one, stream)) continue;
      if (one.mask->pipeline->empty()) return true;
      logql::ProcessedRow out;
      if (one.runner->run(stream->labels, batch.metadata(row), timestamp, batch.line(row), out)) return true;
    }
    return false;
  }

 private:
  struct One {
    const DeleteMask* mask;
    std::unique_ptr<logql::Runner> runner;
    std::unordered_map<const Stream*, bool> covered;
  };
  static bool covers(One& one, const Stream* stream) {
    const auto [it, is_new] = one.covered.try_emplace(stream);
    if (is_new) it->second = one.mask->covers(stream->labels);
    return it->second;
  }

  std::vector<One> masks_;
};

class MaskedReader : public BatchReader {
 public:
  MaskedReader(std::unique_ptr<BatchReader> reader, DeleteMasks masks) : reader_(std::move(reader)), masks_(std::move(masks)) {}

  Result<std::unique_ptr<Batch>> next() override {
    auto test = take_test();
    for (;;) {
      auto batch = reader_->next();
      if (!batch || !*batch) {
        give_back(std::move(test));
        return batch;
      }
      const size_t rows = (*batch)->rows();
      std::vector<uint32_t> kept;
      for (uint32_t row = 0; row < rows; ++row)
        if (!test->masked(**batch, row)) kept.push_back(row);
      if (kept.empty()) continue;
      give_back(std::move(test));
      if (kept.size() == rows) return batch;
      return std::unique_ptr<Batch>(std::make_unique<MaskedBatch>(std::move(*batch), std::move(kept)));
    }
  }

 private:
  std::unique_ptr<MaskTest> take_test() {
    std::lock_guard lock(mutex_);
    if (idle_.empty()) return std::make_unique<MaskTest>(masks_);
    auto test = std::move(idle_.back());
    idle_.pop_back();
    return test;
  }
  void give_back(std::unique_ptr<MaskTest> test) {
    std::lock_guard lock(mutex_);
    idle_.push_back(std::move(test));
  }

  std::unique_ptr<BatchReader> reader_;
  const DeleteMasks masks_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<MaskTest>> idle_;  // as many as threads have asked at once
};

}  // namespace

Result<std::unique_ptr<BatchReader>> DeletingSource::scan(const ScanRequest& request) {
  DeleteMasks masks = requests_.masks(request.tenant, request.start, request.end - 1);
  if (masks.empty()) return source_.scan(request);
  ScanRequest with_lines = request;
  with_lines.need_lines = true;
  with_lines.metadata_names.reset();  // the masks look at them
  auto reader = source_.scan(with_lines);
  if (!reader) return reader;
  return std::unique_ptr<BatchReader>(std::make_unique<MaskedReader>(std::move(*reader), std::move(masks)));
}

Result<std::vector<const Stream*>> DeletingSource::streams(const std::string& tenant, const std::vector<Matcher>& matchers, Nanos start, Nanos end) {
  return source_.streams(tenant, matchers, start, end);
}

Result<IndexStats> DeletingSource::index_stats(const std::string& tenant, const std::vector<Matcher>& matchers, Nanos start, Nanos end) {
  return source_.index_stats(tenant, matchers, start, end);
}

Result<std::optional<std::vector<Counted>>> DeletingSource::count(const CountRequest& request) {
  if (!requests_.masks(request.tenant, request.edges.front(), request.edges.back()).empty()) return std::optional<std::vector<Counted>>();
  return source_.count(request);
}

}  // namespace sleipnir::api
