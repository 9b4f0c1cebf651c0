#pragma once
// The syntax tree of LogQL, as parsed: plain data, no behaviour. parse() makes it, print() writes it back.
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/matcher.h"
#include "base/time.h"

namespace sleipnir::logql {

// Pipeline stages.

enum class LineFilterOp { kContains, kNotContains, kRegex, kNotRegex, kPattern, kNotPattern };  // |= != |~ !~ |> !>

struct LineFilter {
  struct Arg { std::string text; bool ip = false; bool operator==(const Arg&) const = default; };
  LineFilterOp op = LineFilterOp::kContains;
  std::vector<Arg> args;  ///< joined by `or`; at least one
  bool operator==(const LineFilter&) const = default;
};

/// `name="expression"` of `| json` and `| logfmt`; a bare name has itself as expression.
struct Extract { std::string name, expression; bool operator==(const Extract&) const = default; };

struct JsonStage { std::vector<Extract> extracts; bool operator==(const JsonStage&) const = default; };
struct LogfmtStage { bool strict = false, keep_empty = false; std::vector<Extract> extracts; bool operator==(const LogfmtStage&) const = default; };
struct RegexpStage { std::string regex; bool operator==(const RegexpStage&) const = default; };
struct PatternStage { std::string pattern; bool operator==(const PatternStage&) const = default; };
struct UnpackStage { bool operator==(const UnpackStage&) const = default; };
struct DecolorizeStage { bool operator==(const DecolorizeStage&) const = default; };
struct LineFormatStage { std::string text; bool operator==(const LineFormatStage&) const = default; };
struct LabelFormatStage {
  struct Item { std::string name, value; bool rename = false; bool operator==(const Item&) const = default; };  ///< rename: value is a label name; else a template
  std::vector<Item> items;
  bool operator==(const LabelFormatStage&) const = default;
};
struct NamedMatcher { std::string name; std::optional<Matcher> matcher; bool operator==(const NamedMatcher&) const = default; };
struct DropStage { std::vector<NamedMatcher> items; bool operator==(const DropStage&) const = default; };
struct KeepStage { std::vector<NamedMatcher> items; bool operator==(const KeepStage&) const = default; };

enum class CompareOp { kEqual, kNotEqual, kGreater, kGreaterEqual, kLess, kLessEqual };  // == != > >= < <=

struct LabelFilter;
using LabelFilterPtr = std::shared_ptr<const LabelFilter>;
struct LogExpr;
using LogExprPtr = std::shared_ptr<const LogExpr>;

/// A label filter: a predicate, or two joined by and / or. Depth is bounded by the parser.
struct LabelFilter {
  struct String { Matcher matcher; bool operator==(const String&) const = default; };
  struct Number { std::string name; CompareOp op; double value; bool operator==(const Number&) const = default; };
  struct Duration { std::string name; CompareOp op; Nanos value; bool operator==(const Duration&) const = default; };
  struct Bytes { std::string name; CompareOp op; uint64_t value; bool operator==(const Bytes&) const = default; };
  struct Ip { std::string name; bool negated; std::string pattern; bool operator==(const Ip&) const = default; };
  struct Binary { bool is_or; LabelFilterPtr left, right; };
  /// Addition of ours: `label in ({…} | … | other)`: the label's value is among the values of `label_of_query` in the query's answer.
  struct In { std::string name; bool negated; LogExprPtr query; std::string label_of_query; };
  std::variant<String, Number, Duration, Bytes, Ip, Binary, In> v;
};
bool operator==(const LabelFilter& a, const LabelFilter& b);

struct LabelFilterStage { LabelFilterPtr filter; };
/// Additions of ours, refused with strict parsing.
struct DistinctStage { std::vector<std::string> labels; bool operator==(const DistinctStage&) const = default; };
struct ContextStage { uint64_t before = 0, after = 0; bool operator==(const ContextStage&) const = default; };
bool operator==(const LabelFilterStage& a, const LabelFilterStage& b);

using Stage = std::variant<LineFilter, JsonStage, LogfmtStage, RegexpStage, PatternStage, UnpackStage, DecolorizeStage, LineFormatStage,
                           LabelFormatStage, DropStage, KeepStage, LabelFilterStage, DistinctStage, ContextStage>;

// Log queries.

/// `{a="b"} | stage | stage`
struct LogExpr {
  std::vector<Matcher> matchers;
  std::vector<Stage> stages;
};
bool operator==(const LogExpr& a, const LogExpr& b);

enum class Conversion { kNone, kBytes, kDuration, kDurationSeconds };
struct Unwrap {
  std::string label;
  Conversion conversion = Conversion::kNone;
  std::vector<LabelFilterPtr> filters;  ///< label filters after the unwrap, in order
};

/// `{…} | … | unwrap x [5m] offset 1m`
struct LogRange {
  LogExpr log;
  std::optional<Unwrap> unwrap;
  Nanos range = 0;
  Nanos offset = 0;
};

// Metric queries.

struct Grouping { bool without = false; std::vector<std::string> labels; bool operator==(const Grouping&) const = default; };

enum class RangeOp { kRate, kRateCounter, kCountOverTime, kBytesRate, kBytesOverTime, kAvgOverTime, kSumOverTime, kMinOverTime, kMaxOverTime,
                     kStdvarOverTime, kStddevOverTime, kQuantileOverTime, kFirstOverTime, kLastOverTime, kAbsentOverTime };
enum class VectorOp { kSum, kAvg, kCount, kMax, kMin, kStddev, kStdvar, kBottomk, kTopk, kSort, kSortDesc, kApproxTopk };
enum class BinaryOperator { kOr, kAnd, kUnless, kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual, kAdd, kSub, kMul, kDiv, kMod, kPow };

struct Expr;
using ExprPtr = std::shared_ptr<const Expr>;

struct RangeAggregation { RangeOp op; std::optional<double> parameter; LogRange range; std::optional<Grouping> grouping; };
struct VectorAggregation { VectorOp op; std::optional<Grouping> grouping; std::optional<int64_t> parameter; ExprPtr inner; };
/// How the two sides of a binary operation find each other: by all labels but `labels`, or `on` them alone.
struct Matching {
  enum class Card { kOneToOne, kManyToOne, kOneToMany };  ///< kManyToOne = group_left, kOneToMany = group_right
  bool on = false;
  std::vector<std::string> labels;
  Card card = Card::kOneToOne;
  std::vector<std::string> include;
  bool operator==(const Matching&) const = default;
};
struct BinaryOperation { BinaryOperator op; bool return_bool = false; Matching matching; ExprPtr left, right; };
struct LabelReplace { ExprPtr inner; std::string dst, replacement, src, regex; };
struct Literal { double value; };
struct VectorFn { double value; };

/// Any query. Constant arithmetic is folded while parsing (logql.md §10.4), so a Literal may stand for `1 + 1`.
struct Expr {
  std::variant<LogExpr, RangeAggregation, VectorAggregation, BinaryOperation, LabelReplace, Literal, VectorFn> v;
  bool is_log() const { return std::holds_alternative<LogExpr>(v); }
};
bool operator==(const Expr& a, const Expr& b);

}  // namespace sleipnir::logql
