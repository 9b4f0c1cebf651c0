#include "logql/engine/fixed_labels.h"

#include <algorithm>

namespace sleipnir::logql {

Result<void> FixedLabels::decide(Batch& batch, Samples& samples, Poll& poll) {
  const auto pairs = batch.pairs();
  const auto codes = batch.pair_codes();
  const auto outcomes = outcomes_.of(pairs, [&](const Stream& stream, const LabelSet& metadata) {
    return poll.expired_by(metadata.bytes()) ? Outcome() : run(stream, metadata);
  });
  if (!poll.status().ok()) return poll.status();
  const bool asks_lines = lines_.needed() && !lines_.all_pass(batch);
  const size_t rows = samples.state.size();
  for (size_t row = 0; row < rows; ++row) {
    if (samples.state[row] != Samples::State::kOpen) continue;
    const uint32_t pair = codes.empty() ? 0 : codes[row];
    Outcome& outcome = *outcomes[pair];
    if (asks_lines && poll.expired_by(batch.line_bytes(row))) return poll.status();
    if (!outcome.passes || (asks_lines && !lines_.passes(batch, row))) {
      samples.state[row] = Samples::State::kOut;
      continue;
    }
    if (!outcome.series) outcome.series = series_of(*pairs[pair].stream, *pairs[pair].metadata);
    samples.put(row, *outcome.series, outcome.value);
  }
  if (plan_.value != RangePlan::Value::kBytes) return {};
  const auto lengths = batch.line_lengths();
  std::copy(lengths.begin(), lengths.end(), samples.values.begin());
  return {};
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
