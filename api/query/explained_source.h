#pragma once
#include <atomic>
#include <deque>
#include <mutex>
#include <string>

#include "base/scan.h"

namespace sleipnir::api {

/// Writes down what a query asks of its source, and what that takes. Hands everything on as it is. Any thread.
class ExplainedSource : public Source {
 public:
  explicit ExplainedSource(Source& source) : source_(source) {}

  Result<std::unique_ptr<BatchReader>> scan(const ScanRequest& request) override;
  Result<std::vector<const Stream*>> streams(const std::string& tenant, const std::vector<Matcher>& matchers, Nanos start, Nanos end) override;
  Result<IndexStats> index_stats(const std::string& tenant, const std::vector<Matcher>& matchers, Nanos start, Nanos end) override;
  Result<std::optional<std::vector<Counted>>> count(const CountRequest& request) override;

  /// `[{"request":"…","seconds":0.01,"batches":3,"rows":2048},…]`, of what was asked so far.
  void append(std::string& out) const;
  /// Spent in the source, over all threads.
  double seconds() const;

  /// One thing that was asked.
  struct Step {
    explicit Step(std::string request) : request(std::move(request)) {}
    const std::string request;
    std::atomic<int64_t> nanos{0};
    std::atomic<uint64_t> batches{0}, rows{0};
  };

 private:
  Step& add(std::string request);

  static constexpr size_t kMostSteps = 1000;
  Source& source_;
  mutable std::mutex mutex_;
  std::deque<Step> steps_;  // addresses stay
};

}  // namespace sleipnir::api
