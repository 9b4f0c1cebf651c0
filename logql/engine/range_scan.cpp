#include "logql/engine/range_scan.h"

#include "logql/engine/pipeline_error.h"

namespace sleipnir::logql {

RangeScan::RangeScan(const RangePipeline& pipeline, const Windows& windows, std::unique_ptr<RangeFunction> function)
    : pipeline_(pipeline), windows_(windows), runner_(pipeline.rows->runner()), function_(std::move(function)), rows_(pipeline.plan) {
  if (pipeline.labels) fixed_.emplace(pipeline.plan, *pipeline.labels, pipeline.lines, rows_);
  else if (pipeline.columns) columns_.emplace(*pipeline.columns, pipeline.plan, pipeline.lines, rows_);
}

Result<void> RangeScan::add(Batch& batch) {
  auto timestamps = batch.timestamps();
  SlotFinder slots(windows_);
  const size_t rows = timestamps.size();
  samples_.resize(rows);
  for (size_t row = 0; row < rows; ++row) {
    auto slot = slots.of(timestamps[row]);
    if (!slot) continue;
    samples_.state[row] = Samples::State::kOpen;
    samples_.slots[row] = *slot;
  }
  if (auto decided = decide(batch); !decided.ok()) return decided;
  if (auto checked = check_new_series(); !checked.ok()) return checked;
  passed_.clear();
  for (size_t row = 0; row < rows; ++row) {
    if (samples_.state[row] != Samples::State::kIn) continue;
    passed_.push_back({samples_.series[row], samples_.slots[row], timestamps[row], samples_.values[row]});
  }
  function_->add(passed_);
  return {};
}

Result<void> RangeScan::decide(Batch& batch) {
  if (fixed_) fixed_->decide(batch, samples_);
  if (columns_) {
    if (auto decided = columns_->decide(batch, samples_); !decided.ok()) return decided;
  }
  for (size_t row = 0; row < samples_.state.size(); ++row)
    if (samples_.state[row] == Samples::State::kOpen) run(batch, row);
  return {};
}

void RangeScan::run(Batch& batch, size_t row) {
  samples_.state[row] = Samples::State::kOut;
  ProcessedRow out;
  if (!runner_->run(batch.streams()[row]->labels, batch.metadata(row), batch.timestamps()[row], batch.line(row), out)) return;
  double value = 1;
  if (pipeline_.plan.value == RangePlan::Value::kBytes) value = static_cast<double>(out.line.size());
  if (pipeline_.plan.value == RangePlan::Value::kUnwrapped) value = out.value;
  samples_.put(row, rows_.of(*out.labels), value);
}

Result<void> RangeScan::add(const std::vector<Counted>& counted, const std::vector<Nanos>& edges) {
  const bool bytes = pipeline_.plan.value == RangePlan::Value::kBytes;
  std::vector<std::optional<uint64_t>> slots;
  for (size_t bucket = 0; bucket + 1 < edges.size(); ++bucket) slots.push_back(windows_.slot(edges[bucket] + 1));
  PairCache<std::optional<uint32_t>> series;
  series.next_batch();
  auto find = [this](const Stream& stream, const LabelSet& metadata) { return fixed_->series_of(stream, metadata); };
  for (const Counted& c : counted) {
    if (c.rows == 0 || !slots[c.bucket]) continue;
    const auto& of = series.at(series.index(c.stream, *c.metadata, find));
    if (of) passed_.push_back({*of, *slots[c.bucket], edges[c.bucket + 1], static_cast<double>(bytes ? c.line_bytes : c.rows)});
  }
  if (auto checked = check_new_series(); !checked.ok()) return checked;
  function_->add(passed_);
  return {};
}

Result<void> RangeScan::check_new_series() {
  for (; checked_ < rows_.size(); ++checked_) {
    const auto index = static_cast<uint32_t>(checked_);
    if (!rows_.may_have_failed(index)) continue;
    const LabelSet labels = rows_.labels(index);
    if (fails_query(labels)) return pipeline_error(labels);
  }
  if (checked_ <= kMaxSeries) return {};
  return Error{ErrorKind::kLimit, "the query makes more than " + std::to_string(kMaxSeries) +
                                      " series before aggregation; consider reducing query cardinality"};
}

Result<void> RangeScan::absorb(RangeScan& later) {
  for (uint32_t index = 0; index < later.rows_.size(); ++index)
    function_->absorb(rows_.of(later.rows_, index), *later.function_, index);
  return check_new_series();
}

}  // namespace sleipnir::logql
