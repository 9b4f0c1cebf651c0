#pragma once
// One reader's view of the entries: the query's stages, history first, then what arrives.
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "api/tail/buffer.h"
#include "api/tail/hub.h"
#include "logql/engine/engine.h"
#include "logql/stages/pipeline.h"
#include "logql/syntax/ast.h"

namespace sleipnir::api {

/// What a request to tail asks for, checked.
struct TailRequest {
  logql::ExprPtr query;
  Nanos start = 0;
  uint64_t limit = 100;
  Nanos delay = 0;
  std::vector<std::string> flags;
  TailForm form = TailForm::kV1;

  const logql::LogExpr& log() const { return std::get<logql::LogExpr>(query->v); }
  bool categorize() const;
};

/// One thread.
class TailReader {
 public:
  /// Compiles the stages of a log query; `label in (…)` looks up what is there now. Errors: a stage's, Loki's text; kInvalid for stages that look
  /// at several rows (distinct, context), which have no meaning here.
  static Result<std::unique_ptr<TailReader>> make(const TailRequest& request, const logql::QueryContext& context, Nanos now);

  /// Reads the newest entries since the request's start, and then what came into the queue meanwhile, without those that history had already.
  Result<void> read_history(TailQueue& queue, const logql::QueryContext& context, Nanos now);
  /// Takes what arrived, as much as there is room for. `drop`: the reader is slow, so everything, and what has no room is lost.
  void take(TailQueue& queue, Nanos now, bool drop);
  TailBuffer& buffer() { return buffer_; }

 private:
  TailReader(const TailRequest& request, logql::InSets in_sets) : request_(request), in_sets_(std::move(in_sets)), buffer_(request.flags, request.delay, request.form) {}

  /// Calls `f(entry, row)` for each entry that comes through.
  template <class F>
  void each_match(const StreamEntries& chunk, F f);
  /// Without `categorize-labels` a live entry of a mere selector lacks its structured metadata (http-api.md §8): `historic` entries have it.
  TailEntry encode(const StreamEntries& chunk, const Entry& entry, const logql::ProcessedRow& row, bool historic) const;

  /// All labels together.
  TailEntry encode_merged(Nanos timestamp, std::string_view line, const LabelSet& labels) const;

  const TailRequest& request_;
  logql::InSets in_sets_;  // the pipeline looks into it
  std::shared_ptr<const logql::Pipeline> pipeline_;
  std::unique_ptr<logql::Runner> runner_;
  TailBuffer buffer_;
};

}  // namespace sleipnir::api
