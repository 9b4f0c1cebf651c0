#pragma once
// Which range aggregations are decided on columns, and how: line filters, one `| json` (with expressions or without), `| logfmt` or `| pattern`, label filters, `label_format`,
// `drop` and `keep`, unwrap, and a grouping by names. What a column cannot tell goes through the pipeline, row by row; so does whatever failed.
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/scan.h"
#include "logql/engine/plan.h"
#include "logql/stages/pipeline.h"
#include "logql/syntax/ast.h"

namespace sleipnir::logql {

/// Immutable, shared by threads.
struct ColumnPlan {
  /// A label filter over one label.
  struct Test {
    std::optional<size_t> name;                ///< index into `names`, as all that follow; nullopt: it looks at the error state, which is empty here
    std::shared_ptr<const Pipeline> pipeline;  ///< the filter alone
    std::optional<LabelFilter::Number> number;
    bool converts = false;                     ///< it may fail on a value
    bool before_parser = false;                ///< parsed labels do not exist yet
    bool early = false;                        ///< it runs as well when the parser extracts the label (logql.md §5.1)
  };
  /// A test, or conditions joined by and / or.
  struct Condition {
    enum class Kind { kTest, kAnd, kOr } kind = Kind::kTest;
    size_t test = 0;
    std::vector<Condition> children;  ///< two
  };

  /// Labels whose values are looked at together.
  struct Tuple {
    size_t index = 0;           ///< among the tuples of the plan
    std::vector<size_t> names;
  };
  /// A `label_format`. Labels that it sets or removes are others before and behind it.
  struct Format {
    std::shared_ptr<const Pipeline> pipeline;  ///< the stage alone
    Tuple inputs;
    std::vector<size_t> outputs;
  };
  /// Where a row has a label from.
  enum class Origin : uint8_t {
    kBase,    ///< stream and metadata
    kParser,  ///< these, or the line
    kFormat,  ///< a Format
    kNone,    ///< it has been removed
  };

  std::vector<std::string> names;  ///< observed labels; one name may stand for several, one after the other
  std::vector<Origin> origins;     ///< by label
  bool expressions = false;        ///< what the parser may extract is there for each line, though perhaps empty
  std::vector<WantedField> fields; ///< fields[i] is names[i], where that is of the parser; for JSON one more, which tells the lines that fail to parse
  std::vector<Test> tests;
  std::vector<std::variant<Condition, Format>> steps;  ///< conditions must hold, in this order
  std::vector<size_t> early;          ///< tests whose errors the conditions may observe before their turn (logql.md §5.1)
  std::vector<Condition> after_unwrap;
  std::shared_ptr<const Pipeline> unwrap;  ///< the conversion alone; nullptr without unwrap
  bool unwrap_numbers = false;             ///< Column::numbers are the values
  size_t unwrap_name = 0;
  Tuple group;                             ///< of the names of RangePlan::names
  size_t tuples = 1;
  std::optional<size_t> error_label;       ///< of RangePlan::folded_without: the pipeline decides rows that have this name
  bool lines_can_fail = false;             ///< the parser has errors

  /// A line without this label has it, and it is empty.
  bool absent_is_empty(size_t name) const { return expressions && origins[name] == Origin::kParser; }
};

/// nullopt where only the pipeline can decide. Errors: those of Pipeline::compile.
Result<std::optional<ColumnPlan>> plan_columns(const RangePlan& plan, const std::optional<Unwrap>& unwrap, const InSets& in_sets);

}  // namespace sleipnir::logql
