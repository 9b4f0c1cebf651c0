#include "api/query/explained_source.h"

#include "base/number.h"
#include "base/text.h"

namespace sleipnir::api {
namespace {

using Clock = std::chrono::steady_clock;

/// Adds the time of a scope.
class Stopwatch {
 public:
  explicit Stopwatch(std::atomic<int64_t>& to) : to_(to) {}
  ~Stopwatch() { to_ += std::chrono::nanoseconds(Clock::now() - begun_).count(); }
  Stopwatch(const Stopwatch&) = delete;

 private:
  std::atomic<int64_t>& to_;
  const Clock::time_point begun_ = Clock::now();
};

/// Counts what a reader hands out.
class ExplainedReader : public BatchReader {
 public:
  ExplainedReader(std::unique_ptr<BatchReader> reader, ExplainedSource::Step& step) : reader_(std::move(reader)), step_(step) {}

  Result<std::unique_ptr<Batch>> next() override {
    const Stopwatch watch(step_.nanos);
    auto batch = reader_->next();
    if (batch && *batch) {
      ++step_.batches;
      step_.rows += (*batch)->rows();
    }
    return batch;
  }

 private:
  std::unique_ptr<BatchReader> reader_;
  ExplainedSource::Step& step_;
};

std::string to_text(const std::string& tenant, const std::vector<Matcher>& matchers) {
  std::string out = tenant + " {";
  for (size_t i = 0; i < matchers.size(); ++i) out += (i ? ", " : "") + matchers[i].to_string();
  return out + "}";
}

}  // namespace

ExplainedSource::Step& ExplainedSource::add(std::string request) {
  std::lock_guard lock(mutex_);
  if (steps_.size() < kMostSteps) return steps_.emplace_back(std::move(request));
  return steps_.back();
}

Result<std::unique_ptr<BatchReader>> ExplainedSource::scan(const ScanRequest& request) {
  Step& step = add("scan " + to_string(request));
  const Stopwatch watch(step.nanos);
  auto reader = source_.scan(request);
  if (!reader) return reader;
  return std::unique_ptr<BatchReader>(std::make_unique<ExplainedReader>(std::move(*reader), step));
}

Result<std::vector<const Stream*>> ExplainedSource::streams(const std::string& tenant, const std::vector<Matcher>& matchers, Nanos start, Nanos end) {
  Step& step = add("streams " + to_text(tenant, matchers));
  const Stopwatch watch(step.nanos);
  return source_.streams(tenant, matchers, start, end);
}

Result<IndexStats> ExplainedSource::index_stats(const std::string& tenant, const std::vector<Matcher>& matchers, Nanos start, Nanos end) {
  Step& step = add("statistics " + to_text(tenant, matchers));
  const Stopwatch watch(step.nanos);
  return source_.index_stats(tenant, matchers, start, end);
}

Result<std::optional<std::vector<Counted>>> ExplainedSource::count(const CountRequest& request) {
  Step& step = add("count " + to_text(request.tenant, request.matchers) + " in " + std::to_string(request.edges.size() - 1) + " windows");
  const Stopwatch watch(step.nanos);
  auto counted = source_.count(request);
  if (counted && *counted) step.rows += (*counted)->size();
  return counted;
}

void ExplainedSource::append(std::string& out) const {
  std::lock_guard lock(mutex_);
  out += '[';
  for (const Step& step : steps_) {
    if (&step != &steps_.front()) out += ',';
    append_json_string(out += "{\"request\":", step.request);
    append_sample(out += ",\"seconds\":", static_cast<double>(step.nanos) / 1e9);
    out += ",\"batches\":" + std::to_string(step.batches) + ",\"rows\":" + std::to_string(step.rows) + "}";
  }
  out += ']';
}

double ExplainedSource::seconds() const {
  std::lock_guard lock(mutex_);
  int64_t nanos = 0;
  for (const Step& step : steps_) nanos += step.nanos;
  return static_cast<double>(nanos) / 1e9;
}

}  // namespace sleipnir::api
