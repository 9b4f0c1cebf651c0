#include "logql/engine/range_aggregation.h"

#include <algorithm>
#include <atomic>
#include <numeric>
#include <system_error>
#include <thread>

#include "logql/engine/in_sets.h"
#include "logql/engine/plan.h"
#include "logql/engine/range_pipeline.h"
#include "logql/engine/range_scan.h"

namespace sleipnir::logql {

namespace {

/// Two threads share a query. Where the order of rows does not matter they take batches of one reader in turns; else slices of time, more
/// than threads, since rows are not spread evenly, and few, since the blocks that two slices share are read twice.
constexpr size_t kWorkers = 2, kSlices = 6;
/// Below this a query is over before a thread has started.
constexpr Nanos kShortestShared = 3 * kMinute;
/// More buckets than this are no roll-up: the rows themselves are fewer.
constexpr size_t kMostEdges = 1 << 20;

ScanRequest request_of(const RangeAggregation& aggregation, const RangePipeline& pipeline, const Windows& windows, const QueryContext& context) {
  ScanRequest request;
  request.tenant = context.tenant;
  request.matchers = aggregation.range.log.matchers;
  request.start = windows.begin();
  request.end = windows.end();
  request.order = pipeline.plan.order;
  request.where = pipeline.rows->predicate();
  if (pipeline.columns) request.fields = pipeline.columns->fields;
  request.metadata_names = pipeline.plan.metadata_names;
  request.need_lines = pipeline.plan.reads_lines;
  request.cancellation = context.cancellation;
  request.stats = context.stats;
  return request;
}

/// Ends early, without an error of its own, when `failed` says that another thread has one.
Result<void> read(RangeScan& scan, BatchReader& reader, const QueryContext& context, const std::atomic<bool>& failed) {
  while (!failed) {
    if (context.cancellation) {
      if (auto alive = context.cancellation->check(); !alive.ok()) return alive;
    }
    auto batch = reader.next();
    if (!batch.ok()) return batch.error();
    if (!*batch) return {};
    if (auto added = scan.add(**batch); !added.ok()) return added;
  }
  return {};
}

/// Runs work(i) for i < count, kWorkers at a time. The error is that of the least i that has one.
template <class Work>
Result<void> in_parallel(size_t count, std::atomic<bool>& failed, Work work) {
  std::vector<Result<void>> done(count);
  std::atomic<size_t> next{0};
  auto take_turns = [&] {
    for (size_t i = next++; i < count && !failed; i = next++) {
      done[i] = work(i);
      if (!done[i].ok()) failed = true;
    }
  };
  {
    std::vector<std::jthread> others(std::min(kWorkers, count) - 1);
    try {
      for (auto& other : others) other = std::jthread(take_turns);
    } catch (const std::system_error&) {
      // No thread to be had: this one does all.
    }
    take_turns();
  }
  for (const auto& result : done)
    if (!result.ok()) return result;
  return {};
}

uint64_t span_of(const ScanRequest& request) { return static_cast<uint64_t>(request.end) - static_cast<uint64_t>(request.start); }

/// Cuts the time of a request into slices. The cuts depend on the request alone, and each has a scan of its own, which are put together in the
/// order of time: an answer never depends on the number of threads.
std::vector<ScanRequest> slices_of(const ScanRequest& request) {
  const uint64_t span = span_of(request), count = span < static_cast<uint64_t>(kShortestShared) ? 1 : kSlices;
  std::vector<ScanRequest> slices(count, request);
  for (uint64_t i = 1; i < count; ++i)
    slices[i].start = slices[i - 1].end = static_cast<Nanos>(static_cast<uint64_t>(request.start) + span / count * i);
  return slices;
}

/// A range aggregation at work: what it reads ends up in one scan.
class RangeRun {
 public:
  RangeRun(const RangeAggregation& aggregation, const RangePipeline& pipeline, const Windows& windows, const QueryContext& context, MemoryBudget& memory)
      : aggregation_(aggregation), pipeline_(pipeline), windows_(windows), context_(context), memory_(memory) {
    add_scan();
  }

  Result<void> run() {
    if (windows_.begin() >= windows_.end()) return {};
    if (pipeline_.counts_suffice()) {
      auto counted = count();
      if (!counted.ok()) return counted.error();
      if (*counted) return {};
    }
    const ScanRequest request = request_of(aggregation_, pipeline_, windows_, context_);
    auto done = request.order == ScanRequest::Order::kAny ? read_together(request) : read_slices(slices_of(request));
    if (!done.ok()) return done;
    for (size_t i = 1; i < scans_.size(); ++i) {
      if (auto absorbed = result().absorb(*scans_[i]); !absorbed.ok()) return absorbed;
      scans_[i].reset();
    }
    return {};
  }

  RangeScan& result() { return *scans_.front(); }

 private:
  void add_scan() {
    scans_.push_back(std::make_unique<RangeScan>(pipeline_, windows_, make_range_function(aggregation_, windows_), context_.cancellation, &memory_));
  }

  /// False where the source has no counts.
  Result<bool> count() {
    CountRequest request{context_.tenant, aggregation_.range.log.matchers, windows_.edges(kMostEdges), pipeline_.plan.metadata_names,
                         context_.cancellation, context_.stats};
    if (request.edges.empty()) return false;
    auto counted = context_.source->count(request);
    if (!counted.ok()) return counted.error();
    if (!*counted) return false;
    if (auto added = result().add(**counted, request.edges); !added.ok()) return added.error();
    return true;
  }

  Result<void> read_together(const ScanRequest& request) {
    auto reader = context_.source->scan(request);
    if (!reader.ok()) return reader.error();
    const size_t workers = span_of(request) < static_cast<uint64_t>(kShortestShared) ? 1 : kWorkers;
    while (scans_.size() < workers) add_scan();
    return in_parallel(workers, failed_, [&](size_t i) { return read(*scans_[i], **reader, context_, failed_); });
  }

  Result<void> read_slices(const std::vector<ScanRequest>& slices) {
    while (scans_.size() < slices.size()) add_scan();
    return in_parallel(slices.size(), failed_, [&](size_t i) -> Result<void> {
      auto reader = context_.source->scan(slices[i]);
      if (!reader.ok()) return reader.error();
      return read(*scans_[i], **reader, context_, failed_);
    });
  }

  const RangeAggregation& aggregation_;
  const RangePipeline& pipeline_;
  const Windows& windows_;
  const QueryContext& context_;
  MemoryBudget& memory_;
  std::vector<std::unique_ptr<RangeScan>> scans_;
  std::atomic<bool> failed_{false};
};

/// 1 at the steps where no series has a point.
Vector absent(const Vector& present, const LabelSet& labels, const Steps& steps) {
  std::vector<bool> seen(steps.count);
  for (const PointSeries& series : present.series)
    for (const Point& point : series.points) seen[point.step] = true;
  PointSeries result{labels, {}};
  for (uint32_t step = 0; step < steps.count; ++step)
    if (!seen[step]) result.points.push_back({step, 1});
  Vector vector;
  if (!result.points.empty()) vector.series.push_back(std::move(result));
  return vector;
}

}  // namespace

Result<Vector> evaluate_range(const RangeAggregation& aggregation, const RangeUse& use, const Steps& steps, const QueryContext& context, MemoryBudget& memory) {
  RangePlan plan = plan_range(aggregation, use.groups);
  Windows windows(steps, aggregation.range.range, aggregation.range.offset);
  auto in_sets = collect_in_sets(plan.stages, aggregation.range.unwrap, windows.begin(), windows.end(), context);
  if (!in_sets.ok()) return in_sets.error();
  auto pipeline = RangePipeline::compile(std::move(plan), aggregation.range.unwrap, *in_sets);
  if (!pipeline.ok()) return pipeline.error();

  auto run = std::make_unique<RangeRun>(aggregation, *pipeline, windows, context, memory);
  auto done = run->run();
  if (!done.ok() && done.error().kind == ErrorKind::kInvalid && pipeline->plan.metadata_names) {
    // The message shows all labels of a row that failed.
    pipeline->plan.metadata_names.reset();
    run.reset();
    run = std::make_unique<RangeRun>(aggregation, *pipeline, windows, context, memory);
    done = run->run();
  }
  if (!done.ok()) return done.error();
  auto result = take_series(run->result(), use, steps.count, context.cancellation, memory);
  if (!result.ok() || aggregation.op != RangeOp::kAbsentOverTime) return result;
  return absent(*result, absent_labels(aggregation.range.log.matchers), steps);
}

LabelSet absent_labels(const std::vector<Matcher>& matchers) {
  LabelSet labels;
  for (const Matcher& matcher : matchers) {
    auto same_name = [&](const Matcher& other) { return other.name() == matcher.name(); };
    if (matcher.op() == MatchOp::kEqual && !matcher.value().empty() && std::count_if(matchers.begin(), matchers.end(), same_name) == 1)
      labels.set(matcher.name(), matcher.value());
  }
  return labels;
}

}  // namespace sleipnir::logql
