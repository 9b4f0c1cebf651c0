#include "logql/engine/fixed_labels.h"

namespace sleipnir::logql {

void FixedLabels::decide(Batch& batch, Samples& samples) {
  outcomes_.next_batch();
  auto streams = batch.streams();
  auto make = [this](const Stream& stream, const LabelSet& metadata) { return run(stream, metadata); };
  for (size_t row = 0; row < samples.state.size(); ++row) {
    if (samples.state[row] != Samples::State::kOpen) continue;
    const LabelSet& metadata = batch.metadata(row);
    Outcome& outcome = outcomes_.at(outcomes_.index(streams[row], metadata, make));
    samples.state[row] = Samples::State::kOut;
    if (!outcome.passes || (lines_.needed() && !lines_.passes(batch, row))) continue;
    if (!outcome.series) outcome.series = series_of(*streams[row], metadata);
    samples.put(row, *outcome.series, plan_.value == RangePlan::Value::kBytes ? batch.line_bytes(row) : outcome.value);
  }
}

FixedLabels::Outcome FixedLabels::run(const Stream& stream, const LabelSet& metadata) {
  ProcessedRow out;
  if (!runner_->run(stream.labels, metadata, 0, {}, out)) return {};
  return {true, plan_.value == RangePlan::Value::kUnwrapped ? out.value : 1, {}};
}

std::optional<uint32_t> FixedLabels::series_of(const Stream& stream, const LabelSet& metadata) {
  ProcessedRow out;
  if (!runner_->run(stream.labels, metadata, 0, {}, out)) return {};
  return series_.of(*out.labels);
}

}  // namespace sleipnir::logql
