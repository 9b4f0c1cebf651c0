#pragma once
// A source of generated rows: one stream {app="a"}, lines {"v":"<number>","n":<number below 1000>}, a row a millisecond from time 0 on, again from
// the start after five minutes. It decides nothing, so that all work is the engine's.
#include <algorithm>
#include <string>
#include <vector>

#include "base/scan.h"

namespace sleipnir::testing {

class EndlessSource : public Source {
 public:
  static constexpr uint64_t kEndless = UINT64_MAX;

  explicit EndlessSource(uint64_t rows) : rows_(rows) {}

  Result<std::unique_ptr<BatchReader>> scan(const ScanRequest&) override { return std::unique_ptr<BatchReader>(std::make_unique<Reader>(stream_, rows_)); }
  Result<std::vector<const Stream*>> streams(const std::string&, const std::vector<Matcher>&, Nanos, Nanos) override { return std::vector<const Stream*>{&stream_}; }
  Result<IndexStats> index_stats(const std::string&, const std::vector<Matcher>&, Nanos, Nanos) override { return IndexStats{}; }

 private:
  class Rows : public Batch {
   public:
    Rows(const Stream& stream, uint64_t first, uint64_t count) : streams_(count, &stream) {
      constexpr uint64_t kPeriod = 300'000;
      for (uint64_t i = first; i < first + count; ++i) {
        timestamps_.push_back(static_cast<Nanos>(i % kPeriod) * kMillisecond);
        lines_.push_back("{\"v\":\"" + std::to_string(i) + "\",\"n\":" + std::to_string(i % 1000) + "}");
      }
    }
    size_t rows() const override { return lines_.size(); }
    std::span<const Nanos> timestamps() const override { return timestamps_; }
    std::span<const Stream* const> streams() const override { return streams_; }
    const LabelSet& metadata(size_t) const override { return none_; }
    std::string_view line(size_t row) override { return lines_[row]; }
    uint32_t line_bytes(size_t row) override { return static_cast<uint32_t>(lines_[row].size()); }

   private:
    LabelSet none_;
    std::vector<const Stream*> streams_;
    std::vector<Nanos> timestamps_;
    std::vector<std::string> lines_;
  };

  class Reader : public BatchReader {
   public:
    Reader(const Stream& stream, uint64_t rows) : stream_(stream), left_(rows) {}
    Result<std::unique_ptr<Batch>> next() override {
      const uint64_t first = next_.fetch_add(kBatch);
      if (first >= left_) return std::unique_ptr<Batch>();
      return std::unique_ptr<Batch>(std::make_unique<Rows>(stream_, first, std::min(kBatch, left_ - first)));
    }

   private:
    static constexpr uint64_t kBatch = 8192;
    const Stream& stream_;
    const uint64_t left_;
    std::atomic<uint64_t> next_{0};
  };

  Stream stream_{1, {{"app", "a"}}};
  uint64_t rows_;
};

}  // namespace sleipnir::testing
