#include "logql/engine/range_scan.h"

#include <algorithm>
#include <map>

#include "logql/engine/pipeline_error.h"

namespace sleipnir::logql {

RangeScan::RangeScan(const RangePipeline& pipeline, const Windows& windows, std::unique_ptr<RangeFunction> function, const Cancellation* cancellation,
                     MemoryBudget* memory)
    : pipeline_(pipeline), windows_(windows), runner_(pipeline.rows->runner()), function_(std::move(function)), rows_(pipeline.plan), memory_(memory),
      poll_(cancellation) {
  if (pipeline.labels) fixed_.emplace(pipeline.plan, *pipeline.labels, pipeline.lines, rows_);
  else if (pipeline.columns) columns_.emplace(*pipeline.columns, pipeline.plan, pipeline.lines, rows_);
}

Result<void> RangeScan::add(Batch& batch) {
  find_slots(batch);
  if (auto decided = decide(batch); !decided.ok()) return decided;
  const bool looks_at_times = pipeline_.plan.order == ScanRequest::Order::kTime;
  return give(looks_at_times ? batch.timestamps() : std::span<const Nanos>(), pipeline_.plan.value == RangePlan::Value::kOne ? std::span<const double>() : samples_.values);
}

/// Times ascend within a stretch, so that slots are spans of it. A stretch that lies in one slot needs no look at its rows.
void RangeScan::find_slots(Batch& batch) {
  samples_.resize(batch.rows());
  uint32_t row = 0;
  for (const Stretch& stretch : batch.stretches()) {
    for (Nanos time = stretch.first; row < stretch.end;) {
      const auto [slot, last] = windows_.slot_span(time);
      const RowTime next = stretch.last <= last ? RowTime{stretch.end, stretch.last} : batch.first_after(row, stretch.end, last);
      if (slot) {
        std::fill(samples_.slots.begin() + row, samples_.slots.begin() + next.row, *slot);
        std::fill(samples_.state.begin() + row, samples_.state.begin() + next.row, Samples::State::kOpen);
      }
      row = next.row;
      time = next.timestamp;
    }
  }
}

Result<void> RangeScan::decide(Batch& batch) {
  if (fixed_) return fixed_->decide(batch, samples_, poll_);
  if (columns_) {
    if (auto decided = columns_->decide(batch, samples_, poll_); !decided.ok()) return decided;
  }
  if (std::find(samples_.state.begin(), samples_.state.end(), Samples::State::kOpen) == samples_.state.end()) return {};
  samples_.list(Samples::State::kOpen, rows_of_batch_);
  for (const uint32_t row : rows_of_batch_) {
    run(batch, row);
    if (!poll_.status().ok()) return poll_.status();
  }
  return {};
}

/// Hands samples to the function.
Result<void> RangeScan::give(std::span<const Nanos> timestamps, std::span<const double> values) {
  if (auto checked = check_new_series(); !checked.ok()) return checked;
  samples_.list(Samples::State::kIn, rows_of_batch_);
  function_->add({rows_of_batch_, samples_.series, samples_.slots, timestamps, values});
  return memory_.set(rows_.bytes() + function_->bytes() + samples_.bytes());
}

void RangeScan::run(Batch& batch, size_t row) {
  samples_.state[row] = Samples::State::kOut;
  ProcessedRow out;
  const std::string_view line = batch.line(row);
  const LabelSet& metadata = batch.metadata(row);
  if (poll_.expired_by(line.size() + metadata.bytes()) || !runner_->run(batch.streams()[row]->labels, metadata, batch.timestamps()[row], line, out)) return;
  double value = 1;
  if (pipeline_.plan.value == RangePlan::Value::kBytes) value = static_cast<double>(out.line.size());
  if (pipeline_.plan.value == RangePlan::Value::kUnwrapped) value = out.value;
  samples_.put(row, rows_.of(*out.labels), value);
}

Result<void> RangeScan::add(const std::vector<Counted>& counted, const std::vector<Nanos>& edges) {
  const bool bytes = pipeline_.plan.value == RangePlan::Value::kBytes;
  std::vector<std::optional<uint64_t>> slots;
  for (size_t bucket = 0; bucket + 1 < edges.size(); ++bucket) slots.push_back(windows_.slot(edges[bucket] + 1));
  std::map<std::pair<const Stream*, const LabelSet*>, std::optional<uint32_t>> series;
  samples_.resize(counted.size());
  for (size_t i = 0; i < counted.size(); ++i) {
    const Counted& c = counted[i];
    if (c.rows == 0 || !slots[c.bucket]) continue;
    const auto [of_pair, added] = series.try_emplace({c.stream, c.metadata.get()});
    if (added) of_pair->second = fixed_->series_of(*c.stream, *c.metadata);
    if (!of_pair->second) continue;
    samples_.put(i, *of_pair->second, static_cast<double>(bytes ? c.line_bytes : c.rows));
    samples_.slots[i] = *slots[c.bucket];
  }
  return give({}, samples_.values);
}

Result<void> RangeScan::check_new_series() {
  for (; checked_ < rows_.size(); ++checked_) {
    const auto index = static_cast<uint32_t>(checked_);
    if (!rows_.has_error(index)) continue;
    const LabelSet labels = rows_.labels(index);
    if (fails_query(labels)) return pipeline_error(labels);
  }
  if (checked_ <= kMaxSeries) return {};
  return Error{ErrorKind::kLimit, "the query makes more than " + std::to_string(kMaxSeries) +
                                      " series before aggregation; consider reducing query cardinality"};
}

Result<void> RangeScan::absorb(RangeScan& later) {
  function_->absorb(*later.function_, rows_.absorb(later.rows_));
  if (auto checked = check_new_series(); !checked.ok()) return checked;
  return memory_.set(rows_.bytes() + function_->bytes());
}

}  // namespace sleipnir::logql
