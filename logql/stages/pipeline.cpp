#include "logql/stages/pipeline.h"

#include <algorithm>

#include "logql/stages/necessary.h"
#include "logql/stages/stage.h"
#include "logql/stages/unwrap.h"
#include "logql/syntax/parse.h"

namespace sleipnir::logql {
namespace {

bool ends_segment(const Stage& s) { return std::holds_alternative<LineFormatStage>(s) || std::holds_alternative<UnpackStage>(s); }

bool reads_line(const Stage& s) {
  return std::holds_alternative<LineFilter>(s) || std::holds_alternative<JsonStage>(s) || std::holds_alternative<LogfmtStage>(s) ||
         std::holds_alternative<RegexpStage>(s) || std::holds_alternative<PatternStage>(s) || std::holds_alternative<UnpackStage>(s);
}

/// The order in which stages run (logql.md §5): line filters move to the front of their segment.
std::vector<const Stage*> ordered(const std::vector<Stage>& stages) {
  std::vector<const Stage*> out, rest;
  const auto flush = [&] {
    out.insert(out.end(), rest.begin(), rest.end());
    rest.clear();
  };
  for (const Stage& s : stages) {
    if (std::holds_alternative<DistinctStage>(s) || std::holds_alternative<ContextStage>(s)) continue;
    if (std::holds_alternative<LineFilter>(s)) {
      out.push_back(&s);
    } else if (std::holds_alternative<LabelFilterStage>(s)) {
      flush();
      out.push_back(&s);
    } else {
      rest.push_back(&s);
      if (ends_segment(s)) flush();
    }
  }
  flush();
  return out;
}

/// The label that a filter over a single one looks at.
const std::string* single_label(const LabelFilter& filter) {
  struct Visitor {
    const std::string* operator()(const LabelFilter::String& f) const { return &f.matcher.name(); }
    const std::string* operator()(const LabelFilter::Number& f) const { return &f.name; }
    const std::string* operator()(const LabelFilter::Duration& f) const { return &f.name; }
    const std::string* operator()(const LabelFilter::Bytes& f) const { return &f.name; }
    const std::string* operator()(const LabelFilter::Ip& f) const { return &f.name; }
    const std::string* operator()(const LabelFilter::Binary&) const { return nullptr; }
    const std::string* operator()(const LabelFilter::In&) const { return nullptr; }
  };
  return std::visit(Visitor{}, filter.v);
}

struct StageMaker {
  const Extraction& extraction;
  const InSets& in_sets;
  Result<RowStagePtr> operator()(const LineFilter& s) const { return make_stage(s); }
  Result<RowStagePtr> operator()(const JsonStage& s) const { return make_stage(s, extraction); }
  Result<RowStagePtr> operator()(const LogfmtStage& s) const { return make_stage(s, extraction); }
  Result<RowStagePtr> operator()(const RegexpStage& s) const { return make_stage(s, extraction); }
  Result<RowStagePtr> operator()(const PatternStage& s) const { return make_stage(s, extraction); }
  Result<RowStagePtr> operator()(const UnpackStage& s) const { return make_stage(s, extraction); }
  Result<RowStagePtr> operator()(const DecolorizeStage& s) const { return make_stage(s); }
  Result<RowStagePtr> operator()(const LineFormatStage& s) const { return make_stage(s); }
  Result<RowStagePtr> operator()(const LabelFormatStage& s) const { return make_stage(s); }
  Result<RowStagePtr> operator()(const DropStage& s) const { return make_stage(s); }
  Result<RowStagePtr> operator()(const KeepStage& s) const { return make_stage(s); }
  Result<RowStagePtr> operator()(const LabelFilterStage& s) const { return make_stage(*s.filter, in_sets); }
  Result<RowStagePtr> operator()(const DistinctStage&) const { return Error{ErrorKind::kInternal, "distinct is no row stage"}; }
  Result<RowStagePtr> operator()(const ContextStage&) const { return Error{ErrorKind::kInternal, "context is no row stage"}; }
};

class CompiledPipeline : public Pipeline {
 public:
  explicit CompiledPipeline(const Hints& hints) : extraction_(hints) {}

  Result<void> compile(const std::vector<Stage>& stages, const std::optional<Unwrap>& unwrap, const Hints& hints, const InSets& in_sets) {
    const auto order = ordered(stages);
    for (size_t i = 0; i < order.size(); ++i) {
      auto made = std::visit(StageMaker{extraction_, in_sets}, *order[i]);
      if (!made) return stage_error(*order[i], made.error());
      if (unused_format(order, i, hints)) continue;
      stages_.push_back(std::move(*made));
      const auto* filter = std::get_if<LabelFilterStage>(order[i]);
      if (filter && hints.early_filters)
        if (const std::string* label = single_label(*filter->filter)) extraction_.add_early(*label, stages_.back().get());
    }
    predicate_ = necessary_conditions(order, in_sets);
    unwrap_ = unwrap;
    if (!unwrap) return {};
    for (const LabelFilterPtr& f : unwrap->filters) {
      auto made = make_stage(*f, in_sets);
      if (!made) return stage_error(LabelFilterStage{f}, made.error());
      after_unwrap_.push_back(std::move(*made));
    }
    return {};
  }

  std::unique_ptr<Runner> runner() const override;
  Predicate predicate() const override { return predicate_; }
  bool empty() const override { return stages_.empty() && !unwrap_; }

  bool run(Row& row, double& value) const {
    for (const RowStagePtr& s : stages_)
      if (!s->process(row)) return false;
    if (!unwrap_) return true;
    if (!unwrap_value(*unwrap_, row, value)) return false;
    for (const RowStagePtr& s : after_unwrap_)
      if (!s->process(row)) return false;
    return true;
  }

 private:
  static Error stage_error(const Stage& stage, const Error& cause) {
    if (cause.kind != ErrorKind::kInvalid) return cause;
    return invalid("parse error : stage '" + print(stage) + "' : " + cause.message);
  }

  /// A line_format that neither the metric nor a later parser or line filter looks at does not run (logql.md §5.2).
  static bool unused_format(const std::vector<const Stage*>& order, size_t i, const Hints& hints) {
    if (hints.needs_line || !std::holds_alternative<LineFormatStage>(*order[i])) return false;
    return std::none_of(order.begin() + static_cast<ptrdiff_t>(i), order.end(), [](const Stage* s) { return reads_line(*s); });
  }

  Extraction extraction_;
  std::vector<RowStagePtr> stages_, after_unwrap_;
  std::optional<Unwrap> unwrap_;
  Predicate predicate_;
};

class PipelineRunner : public Runner {
 public:
  explicit PipelineRunner(const CompiledPipeline& pipeline) : pipeline_(pipeline) {}

  bool run(const LabelSet& stream, const LabelSet& metadata, Nanos timestamp, std::string_view line, ProcessedRow& out) override {
    labels_.reset(stream, metadata);
    Row row{line, timestamp, labels_, scratch_};
    out.value = 0;
    if (!pipeline_.run(row, out.value)) return false;
    out.line = row.line;
    out.labels = &labels_;
    return true;
  }

 private:
  const CompiledPipeline& pipeline_;
  RowLabels labels_;
  Scratch scratch_;
};

std::unique_ptr<Runner> CompiledPipeline::runner() const { return std::make_unique<PipelineRunner>(*this); }

}  // namespace

Result<std::shared_ptr<const Pipeline>> Pipeline::compile(const std::vector<Stage>& stages, const std::optional<Unwrap>& unwrap, const Hints& hints,
                                                         const InSets& in_sets) {
  auto pipeline = std::make_shared<CompiledPipeline>(hints);
  if (auto done = pipeline->compile(stages, unwrap, hints, in_sets); !done) return done.error();
  return std::shared_ptr<const Pipeline>(std::move(pipeline));
}

}  // namespace sleipnir::logql
