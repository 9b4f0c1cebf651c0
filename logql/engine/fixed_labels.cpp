#include "logql/engine/fixed_labels.h"

#include <algorithm>

namespace sleipnir::logql {

Result<void> FixedLabels::decide(Batch& batch, Samples& samples, Poll& poll) {
  if (std::find(samples.state.begin(), samples.state.end(), Samples::State::kOpen) == samples.state.end()) return {};
  const auto pairs = batch.pairs();
  const auto codes = batch.pair_codes();
  const auto outcomes = outcomes_.of(pairs, [](const Stream&, const LabelSet&) { return Outcome(); });
  const bool asks_lines = lines_.needed() && !lines_.all_pass(batch);
  const size_t rows = samples.state.size();
  ProcessedRow out;
  for (size_t row = 0; row < rows; ++row) {
    if (samples.state[row] != Samples::State::kOpen) continue;
    const uint32_t pair = codes.empty() ? 0 : codes[row];
    const auto [stream, metadata] = pairs[pair];
    Outcome& outcome = *outcomes[pair];
    const bool runs = !outcome.known;
    if (runs) {
      if (poll.expired_by(metadata->bytes())) return poll.status();
      outcome.known = true;
      outcome.passes = runner_->run(stream->labels, *metadata, 0, {}, out);
      if (outcome.passes && plan_.value == RangePlan::Value::kUnwrapped) outcome.value = out.value;
    }
    if (asks_lines && poll.expired_by(batch.line_bytes(row))) return poll.status();
    if (!outcome.passes || (asks_lines && !lines_.passes(batch, row))) {
      samples.state[row] = Samples::State::kOut;
      continue;
    }
    if (!outcome.series) outcome.series = runs ? series_.of(*out.labels) : series_of(*stream, *metadata);
    samples.put(row, *outcome.series, outcome.value);
  }
  if (plan_.value != RangePlan::Value::kBytes) return {};
  const auto lengths = batch.line_lengths();
  std::copy(lengths.begin(), lengths.end(), samples.values.begin());
  return {};
}

std::optional<uint32_t> FixedLabels::series_of(const Stream& stream, const LabelSet& metadata) {
  ProcessedRow out;
  if (!runner_->run(stream.labels, metadata, 0, {}, out)) return {};
  return series_.of(*out.labels);
}

}  // namespace sleipnir::logql
