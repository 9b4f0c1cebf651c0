#pragma once
// What the stages of this folder share: the row they work on, the labels a parser may extract, and one factory a stage.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "logql/stages/json_scan.h"
#include "logql/stages/pipeline.h"

namespace sleipnir::logql {

inline constexpr std::string_view kErrorLabel = "__error__", kErrorDetailsLabel = "__error_details__", kPreserveErrorLabel = "__preserve_error__";
inline constexpr std::string_view kJsonError = "JSONParserErr", kLogfmtError = "LogfmtParserErr", kFilterError = "LabelFilterErr",
                                  kTemplateError = "TemplateFormatErr", kSampleError = "SampleExtractionErr";

/// Buffers that a worker keeps from row to row.
struct Scratch {
  std::string text, path;
  json::Blocks blocks;
  std::vector<json::Level> levels;
  std::vector<std::pair<std::string_view, std::string_view>> labels;
};

/// A row on its way through the stages.
struct Row {
  std::string_view line;
  Nanos timestamp;
  RowLabels& labels;
  Scratch& scratch;
};

/// A compiled stage: immutable, shared by threads.
class RowStage {
 public:
  virtual ~RowStage() = default;
  /// False: the row is dropped.
  virtual bool process(Row& row) const = 0;
};
using RowStagePtr = std::unique_ptr<const RowStage>;

/// Which labels parsers extract, and the filters that decide while they do (logql.md §5.1, §5.2).
class Extraction {
 public:
  explicit Extraction(const Hints& hints);
  /// A label filter over one label that runs the moment a parser extracts that label; of several for a name the first.
  void add_early(std::string name, const RowStage* filter) { early_.emplace_back(std::move(name), filter); }

  /// The parser has nothing to do: nothing is observed, or all that is required is there.
  bool nothing_to_do(const Row& row) const { return skip_ || complete(row); }
  /// A nested object may hold something that is wanted.
  bool wants_prefix(std::string_view prefix) const;
  /// The name to extract `name` under, with `_extracted` on a collision; nullopt when it is not wanted or already there.
  std::optional<std::string_view> claim(Row& row, std::string_view name) const;
  /// claim() without the first-wins rule, for parsers that overwrite.
  std::string_view collision_free(Row& row, std::string_view name) const;

  enum class Next { kContinue, kStop, kDrop };
  /// Sets a claimed label. kStop: all required labels are there. kDrop: an early filter refuses the row.
  Next set(Row& row, std::string_view name, std::string_view value) const;
  /// All required labels were extracted; never true without restriction.
  bool complete(const Row& row) const;
  bool passes_early(Row& row, std::string_view name) const;
  /// Marks the row as failed. Details of an earlier error stay where there are none.
  void fail(Row& row, std::string_view error, std::optional<std::string_view> details) const;

 private:
  bool wants(std::string_view name) const;

  bool skip_, preserve_errors_;
  std::vector<std::string> required_;  // empty: everything
  std::vector<std::pair<std::string, const RowStage*>> early_;
};

/// Text as a label value: U+FFFD and invalid UTF-8 become blanks. A view of `text`, or of the row's arena.
std::string_view label_text(std::string_view text, Arena& arena);

// One factory a stage. Errors are the cause only, without `stage '…' :`.
Result<RowStagePtr> make_stage(const LineFilter& stage);
Result<RowStagePtr> make_stage(const JsonStage& stage, const Extraction& extraction);
Result<RowStagePtr> make_json_expression(const JsonStage& stage, const Extraction& extraction);
Result<RowStagePtr> make_stage(const LogfmtStage& stage, const Extraction& extraction);
Result<RowStagePtr> make_stage(const RegexpStage& stage, const Extraction& extraction);
Result<RowStagePtr> make_stage(const PatternStage& stage, const Extraction& extraction);
Result<RowStagePtr> make_stage(const UnpackStage& stage, const Extraction& extraction);
Result<RowStagePtr> make_stage(const DecolorizeStage& stage);
Result<RowStagePtr> make_stage(const LineFormatStage& stage);
Result<RowStagePtr> make_stage(const LabelFormatStage& stage);
Result<RowStagePtr> make_stage(const DropStage& stage);
Result<RowStagePtr> make_stage(const KeepStage& stage);
Result<RowStagePtr> make_stage(const LabelFilter& filter, const InSets& in_sets);

}  // namespace sleipnir::logql
