#include "api/tail/reader.h"

#include <algorithm>
#include <unordered_map>

#include "logql/engine/in_sets.h"

namespace sleipnir::api {
namespace {

constexpr size_t kMostHistoryBytes = 64 << 20;

/// Each entry as often as it is in history.
class Seen {
 public:
  void add(const TailEntry& entry) { ++counts_[entry.json]; }
  bool take(const TailEntry& entry) {
    const auto it = counts_.find(entry.json);
    return it != counts_.end() && it->second-- > 0;
  }

 private:
  std::unordered_map<std::string, int64_t> counts_;
};

bool looks_at_several_rows(const logql::Stage& stage) {
  return std::holds_alternative<logql::DistinctStage>(stage) || std::holds_alternative<logql::ContextStage>(stage);
}

}  // namespace

bool TailRequest::categorize() const { return std::find(flags.begin(), flags.end(), "categorize-labels") != flags.end(); }

Result<std::unique_ptr<TailReader>> TailReader::make(const TailRequest& request, const logql::QueryContext& context, Nanos now) {
  const auto& stages = request.log().stages;
  if (std::any_of(stages.begin(), stages.end(), looks_at_several_rows)) return invalid("distinct and context cannot be tailed");
  auto in_sets = logql::collect_in_sets(stages, {}, request.start, now, context);
  if (!in_sets) return in_sets.error();
  std::unique_ptr<TailReader> reader(new TailReader(request, std::move(*in_sets)));
  auto pipeline = logql::Pipeline::compile(stages, {}, {}, reader->in_sets_);
  if (!pipeline) return pipeline.error();
  reader->pipeline_ = std::move(*pipeline);
  reader->runner_ = reader->pipeline_->runner();
  return reader;
}

Result<void> TailReader::read_history(TailQueue& queue, const logql::QueryContext& context, Nanos now) {
  std::vector<TailEntry> newest_first;
  size_t bytes = 0;
  const bool categorize = request_.categorize();
  const logql::LogQuery query{.start = request_.start, .end = now, .direction = Direction::kBackward, .limit = request_.limit};
  auto done = logql::run_logs(request_.log(), query, context, [&](const logql::LogRow& row) {
    newest_first.push_back(categorize ? encode_tail_entry(row.timestamp, row.line, *row.stream, TailCategories{*row.metadata, *row.parsed})
                                      : encode_merged(row.timestamp, row.line, *row.labels));
    bytes += newest_first.back().json.size();
    return bytes < kMostHistoryBytes;
  });
  if (!done) return done;

  std::vector<TailChunk> meanwhile;
  while (TailChunk chunk = queue.pop()) meanwhile.push_back(std::move(chunk));
  Seen seen;
  if (!meanwhile.empty())
    for (const TailEntry& entry : newest_first) seen.add(entry);
  for (auto it = newest_first.rbegin(); it != newest_first.rend(); ++it) buffer_.add(std::move(*it), now, false);
  for (const TailChunk& chunk : meanwhile)
    each_match(*chunk, [&](const Entry& entry, const logql::ProcessedRow& row) {
      if (!seen.take(encode(*chunk, entry, row, true))) buffer_.add(encode(*chunk, entry, row, false), now, false);
    });
  return {};
}

void TailReader::take(TailQueue& queue, Nanos now, bool drop) {
  buffer_.release(now, drop);
  while (drop || !buffer_.full()) {
    const TailChunk chunk = queue.pop();
    if (!chunk) break;
    each_match(*chunk, [&](const Entry& entry, const logql::ProcessedRow& row) { buffer_.add(encode(*chunk, entry, row, false), now, drop); });
  }
  buffer_.note(queue.take_dropped());
}

template <class F>
void TailReader::each_match(const StreamEntries& chunk, F f) {
  for (const Entry& entry : chunk.entries) {
    logql::ProcessedRow row;
    if (runner_->run(chunk.labels, entry.metadata, entry.timestamp, entry.line, row)) f(entry, row);
  }
}

TailEntry TailReader::encode(const StreamEntries& chunk, const Entry& entry, const logql::ProcessedRow& row, bool historic) const {
  if (request_.categorize()) {
    using logql::Category;
    const LabelSet metadata = row.labels->category(Category::kMetadata), parsed = row.labels->category(Category::kParsed);
    return encode_tail_entry(entry.timestamp, row.line, row.labels->category(Category::kStream), TailCategories{metadata, parsed});
  }
  if (pipeline_->empty() && !historic) return encode_merged(entry.timestamp, row.line, chunk.labels);
  return encode_merged(entry.timestamp, row.line, row.labels->merged());
}

TailEntry TailReader::encode_merged(Nanos timestamp, std::string_view line, const LabelSet& labels) const {
  return request_.form == TailForm::kLegacy ? encode_legacy_tail_entry(timestamp, line, labels) : encode_tail_entry(timestamp, line, labels, {});
}

}  // namespace sleipnir::api
