// Log queries: rows in direction order through the pipeline, then what only the engine can do (distinct, context, interval, limit).
#include <optional>
#include <unordered_set>

#include "base/regex.h"
#include "logql/engine/context_rows.h"
#include "logql/engine/engine.h"
#include "logql/engine/in_sets.h"
#include "logql/engine/log_row.h"
#include "logql/engine/memory_budget.h"
#include "logql/engine/plan.h"
#include "logql/engine/poll.h"
#include "logql/stages/pipeline.h"

namespace sleipnir::logql {

namespace {

/// The stages that the pipeline runs, and the two that look at more than one row. Those see what all other stages let through,
/// wherever they stand.
struct LogPlan {
  std::vector<Stage> stages;
  std::vector<DistinctStage> distinct;
  std::optional<ContextStage> context;
};

LogPlan plan_log(const LogExpr& query) {
  LogPlan plan;
  for (const Stage& stage : query.stages) {
    if (auto* distinct = std::get_if<DistinctStage>(&stage)) plan.distinct.push_back(*distinct);
    else if (auto* context = std::get_if<ContextStage>(&stage)) plan.context = *context;
    else plan.stages.push_back(stage);
  }
  return plan;
}

/// Keeps the first row of each tuple of label values. Missing and empty are one value.
class Distinct {
 public:
  explicit Distinct(const DistinctStage& stage) : labels_(stage.labels) {}

  bool is_first(const RowLabels& row) {
    key_.clear();
    for (const std::string& label : labels_) {
      std::string_view value = row.get(label).value_or("");
      key_ += std::to_string(value.size());
      key_ += ':';
      key_ += value;
    }
    const bool first = seen_.insert(key_).second;
    if (first) bytes_ += sizeof(std::string) + kNode + key_.size();
    return first;
  }
  /// Memory held, about.
  size_t bytes() const { return bytes_; }

 private:
  std::vector<std::string> labels_;
  std::string key_;
  static constexpr size_t kNode = 32;  // of the set, beside the key

  std::unordered_set<std::string> seen_;
  size_t bytes_ = 0;
};

/// The end of a log query: interval and limit, then the reader's sink.
class Answer {
 public:
  Answer(const LogQuery& parameters, const LogSink& sink) : parameters_(parameters), sink_(sink) {}

  bool too_close(Nanos timestamp) const {
    if (parameters_.interval <= 0 || !last_) return false;
    Nanos apart = parameters_.direction == Direction::kForward ? timestamp - *last_ : *last_ - timestamp;
    return apart < parameters_.interval;
  }
  /// False when nothing more is wanted.
  bool add(const LogRow& row) {
    if (too_close(row.timestamp)) return true;
    last_ = row.timestamp;
    ++rows_;
    return sink_(row) && (parameters_.limit == 0 || rows_ < parameters_.limit);
  }

 private:
  const LogQuery& parameters_;
  const LogSink& sink_;
  std::optional<Nanos> last_;
  uint64_t rows_ = 0;
};

class LogRun {
 public:
  LogRun(const LogPlan& plan, const LogQuery& parameters, const Pipeline& pipeline, const QueryContext& context, const LogSink& sink)
      : runner_(pipeline.runner()), answer_(parameters, sink), reads_lines_(reads_lines(plan.stages)), poll_(context.cancellation, 256),
        memory_(context.memory ? context.memory : &budget_) {
    for (const DistinctStage& stage : plan.distinct) distinct_.emplace_back(stage);
    if (!plan.context) return;
    bool forward = parameters.direction == Direction::kForward;
    const ContextStage& c = *plan.context;
    context_.emplace(forward ? c.before : c.after, forward ? c.after : c.before);
  }

  /// False when nothing more is wanted. Errors: those of the cancellation, kLimit for memory.
  Result<bool> add(Batch& batch) {
    auto timestamps = batch.timestamps();
    auto streams = batch.streams();
    for (size_t row = 0; row < batch.rows(); ++row) {
      if (!context_ && distinct_.empty() && answer_.too_close(timestamps[row])) continue;
      if (poll_.expired()) return poll_.status().error();
      if (!add(batch, row, *streams[row], timestamps[row])) return false;
    }
    size_t bytes = context_ ? context_->bytes() : 0;
    for (const Distinct& distinct : distinct_) bytes += distinct.bytes();
    if (auto held = memory_.set(bytes); !held.ok()) return held.error();
    return true;
  }

  void finish() {
    if (context_) drain(true);
  }

 private:
  bool add(Batch& batch, size_t row, const Stream& stream, Nanos timestamp) {
    const LabelSet& metadata = batch.metadata(row);
    ProcessedRow out;
    bool match = run(batch, row, stream, timestamp, out) && is_first(*out.labels);
    if (!context_) return !match || answer_.add(OwnedRow::of(timestamp, out).view(false));
    context_->add(&stream, match ? OwnedRow::of(timestamp, out) : unprocessed(stream, metadata, timestamp, batch.line(row)), match);
    return drain(false);
  }

  /// Lines cost most: where labels decide, a line is built only for a row that passes.
  bool run(Batch& batch, size_t row, const Stream& stream, Nanos timestamp, ProcessedRow& out) {
    const LabelSet& metadata = batch.metadata(row);
    const std::string_view line = reads_lines_ ? batch.line(row) : std::string_view();
    poll_.expired_by(line.size() + metadata.bytes());  // seen before the next row
    if (!runner_->run(stream.labels, metadata, timestamp, line, out)) return false;
    if (!reads_lines_) out.line = batch.line(row);
    return true;
  }

  bool is_first(const RowLabels& labels) {
    for (Distinct& distinct : distinct_)
      if (!distinct.is_first(labels)) return false;
    return true;
  }

  bool drain(bool at_end) {
    while (auto row = context_->next(at_end))
      if (!answer_.add(row->view(true))) return false;
    return true;
  }

  /// A row of context is shown as stored: the pipeline did not let it through.
  OwnedRow unprocessed(const Stream& stream, const LabelSet& metadata, Nanos timestamp, std::string_view line) {
    raw_labels_.reset(stream.labels, metadata);
    ProcessedRow row{line, &raw_labels_, 0};
    return OwnedRow::of(timestamp, row);
  }

  std::unique_ptr<Runner> runner_;
  Answer answer_;
  bool reads_lines_;
  std::vector<Distinct> distinct_;
  std::optional<ContextRows> context_;
  RowLabels raw_labels_;
  Poll poll_;
  MemoryBudget budget_{kQueryMemory};
  BudgetShare memory_;
};

ScanRequest request_of(const LogExpr& query, const LogPlan& plan, const LogQuery& parameters, const Pipeline& pipeline,
                       const QueryContext& context) {
  ScanRequest request;
  request.tenant = context.tenant;
  request.matchers = query.matchers;
  request.start = parameters.start;
  request.end = parameters.end;
  request.direction = parameters.direction;
  request.cancellation = context.cancellation;
  request.stats = context.stats;
  if (plan.context) return request;  // rows that do not match are shown, too
  request.where = pipeline.predicate();
  if (parameters.interval <= 0 && plan.distinct.empty()) request.limit_hint = parameters.limit;
  return request;
}

}  // namespace

Result<void> run_logs(const LogExpr& query, const LogQuery& parameters, const QueryContext& context, const LogSink& sink) {
  RegexPatience patience(context.cancellation);
  LogPlan plan = plan_log(query);
  auto in_sets = collect_in_sets(plan.stages, {}, parameters.start, parameters.end, context);
  if (!in_sets.ok()) return in_sets.error();
  auto pipeline = Pipeline::compile(plan.stages, {}, {}, *in_sets);
  if (!pipeline.ok()) return pipeline.error();
  if (parameters.start >= parameters.end) return {};

  auto reader = context.source->scan(request_of(query, plan, parameters, **pipeline, context));
  if (!reader.ok()) return reader.error();
  LogRun run(plan, parameters, **pipeline, context, sink);
  while (true) {
    if (context.cancellation) {
      if (auto alive = context.cancellation->check(); !alive.ok()) return alive;
    }
    auto batch = (*reader)->next();
    if (!batch.ok()) return batch.error();
    if (!*batch) break;
    auto more = run.add(**batch);
    if (!more.ok()) return more.error();
    if (!*more) return {};
  }
  run.finish();
  return {};
}

}  // namespace sleipnir::logql
