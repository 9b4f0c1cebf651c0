#include "api/query/merged_batch.h"

#include <algorithm>
#include <unordered_map>

namespace sleipnir::api {

void MergedBatch::add(const std::shared_ptr<Batch>& batch, size_t row, const Stream* stream) {
  if (picks_.empty() || batches_[picks_.back().batch] != batch) last_ = number_of(batch);
  picks_.push_back({last_, static_cast<uint32_t>(row)});
  timestamps_.push_back(batch->timestamps()[row]);
  streams_.push_back(stream);
}

Result<const Column*> MergedBatch::column(size_t i) {
  auto& column = columns_[i];
  if (!column) {
    auto gathered = std::make_unique<GatheredColumn>();
    if (auto done = gather(i, *gathered); !done) return done.error();
    column = std::move(gathered);
  }
  return column.get();
}

uint32_t MergedBatch::number_of(const std::shared_ptr<Batch>& batch) {
  const auto at = std::find(batches_.begin(), batches_.end(), batch);
  const auto number = static_cast<uint32_t>(at - batches_.begin());
  if (at == batches_.end()) batches_.push_back(batch);
  return number;
}

/// The columns of the batches as one: dictionaries joined, rows of a batch that has no column undecided.
Result<void> MergedBatch::gather(size_t i, GatheredColumn& out) {
  struct OfBatch {
    const Column* column;
    std::vector<uint32_t> codes;
  };
  std::vector<OfBatch> parts;
  std::unordered_map<std::string_view, uint32_t> index;
  for (const auto& batch : batches_) {
    auto column = batch->column(i);
    if (!column) return column.error();
    OfBatch& part = parts.emplace_back(OfBatch{*column, {}});
    if (!part.column) continue;
    for (const std::string_view text : part.column->dictionary) {
      const auto [at, fresh] = index.try_emplace(text, static_cast<uint32_t>(out.texts.size()));
      if (fresh) out.texts.push_back(text);
      part.codes.push_back(at->second);
    }
  }
  const bool numbers = std::any_of(parts.begin(), parts.end(), [](const OfBatch& p) { return p.column && !p.column->numbers.empty(); });
  for (const Pick& pick : picks_) {
    const OfBatch& part = parts[pick.batch];
    uint32_t code = !part.column ? Column::kUndecided : part.column->codes.empty() ? 0 : part.column->codes[pick.row];
    if (code < part.codes.size()) code = part.codes[code];
    out.all_codes.push_back(code);
    if (numbers) out.all_numbers.push_back(part.column && !part.column->numbers.empty() ? part.column->numbers[pick.row] : 0);
  }
  out.codes = out.all_codes;
  out.dictionary = out.texts;
  out.numbers = out.all_numbers;
  return {};
}

}  // namespace sleipnir::api
