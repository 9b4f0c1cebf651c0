#include "logql/syntax/operations.h"

#include <array>
#include <cassert>
#include <cmath>
#include <limits>

namespace sleipnir::logql {
namespace {

template <class Op>
struct Spelled { Op op; Tok kind; std::string_view text; };

constexpr std::array<Spelled<RangeOp>, 15> kRangeOps = {{
    {RangeOp::kRate, Tok::kRate, "rate"}, {RangeOp::kRateCounter, Tok::kRateCounter, "rate_counter"},
    {RangeOp::kCountOverTime, Tok::kCountOverTime, "count_over_time"}, {RangeOp::kBytesRate, Tok::kBytesRate, "bytes_rate"},
    {RangeOp::kBytesOverTime, Tok::kBytesOverTime, "bytes_over_time"}, {RangeOp::kAvgOverTime, Tok::kAvgOverTime, "avg_over_time"},
    {RangeOp::kSumOverTime, Tok::kSumOverTime, "sum_over_time"}, {RangeOp::kMinOverTime, Tok::kMinOverTime, "min_over_time"},
    {RangeOp::kMaxOverTime, Tok::kMaxOverTime, "max_over_time"}, {RangeOp::kStdvarOverTime, Tok::kStdvarOverTime, "stdvar_over_time"},
    {RangeOp::kStddevOverTime, Tok::kStddevOverTime, "stddev_over_time"},
    {RangeOp::kQuantileOverTime, Tok::kQuantileOverTime, "quantile_over_time"},
    {RangeOp::kFirstOverTime, Tok::kFirstOverTime, "first_over_time"}, {RangeOp::kLastOverTime, Tok::kLastOverTime, "last_over_time"},
    {RangeOp::kAbsentOverTime, Tok::kAbsentOverTime, "absent_over_time"}}};

constexpr std::array<Spelled<VectorOp>, 12> kVectorOps = {{
    {VectorOp::kSum, Tok::kSum, "sum"}, {VectorOp::kAvg, Tok::kAvg, "avg"}, {VectorOp::kCount, Tok::kCount, "count"},
    {VectorOp::kMax, Tok::kMax, "max"}, {VectorOp::kMin, Tok::kMin, "min"}, {VectorOp::kStddev, Tok::kStddev, "stddev"},
    {VectorOp::kStdvar, Tok::kStdvar, "stdvar"}, {VectorOp::kBottomk, Tok::kBottomk, "bottomk"}, {VectorOp::kTopk, Tok::kTopk, "topk"},
    {VectorOp::kSort, Tok::kSort, "sort"}, {VectorOp::kSortDesc, Tok::kSortDesc, "sort_desc"},
    {VectorOp::kApproxTopk, Tok::kApproxTopk, "approx_topk"}}};

constexpr std::array<Spelled<BinaryOperator>, 15> kBinaryOps = {{
    {BinaryOperator::kOr, Tok::kOr, "or"}, {BinaryOperator::kAnd, Tok::kAnd, "and"}, {BinaryOperator::kUnless, Tok::kUnless, "unless"},
    {BinaryOperator::kEqual, Tok::kEqEq, "=="}, {BinaryOperator::kNotEqual, Tok::kNotEq, "!="}, {BinaryOperator::kLess, Tok::kLess, "<"},
    {BinaryOperator::kLessEqual, Tok::kLessEq, "<="}, {BinaryOperator::kGreater, Tok::kGreater, ">"},
    {BinaryOperator::kGreaterEqual, Tok::kGreaterEq, ">="}, {BinaryOperator::kAdd, Tok::kAdd, "+"}, {BinaryOperator::kSub, Tok::kSub, "-"},
    {BinaryOperator::kMul, Tok::kMul, "*"}, {BinaryOperator::kDiv, Tok::kDiv, "/"}, {BinaryOperator::kMod, Tok::kMod, "%"},
    {BinaryOperator::kPow, Tok::kPow, "^"}}};

constexpr std::array<Spelled<LineFilterOp>, 6> kLineFilterOps = {{
    {LineFilterOp::kContains, Tok::kPipeEq, "|="}, {LineFilterOp::kNotContains, Tok::kNotEq, "!="}, {LineFilterOp::kRegex, Tok::kPipeRe, "|~"},
    {LineFilterOp::kNotRegex, Tok::kNotRe, "!~"}, {LineFilterOp::kPattern, Tok::kPipePattern, "|>"},
    {LineFilterOp::kNotPattern, Tok::kNotPattern, "!>"}}};

/// The tables are in the order of their enumerations.
template <class Table, class Op>
std::string_view text_of(const Table& table, Op op) {
  const auto& row = table[static_cast<size_t>(op)];
  assert(row.op == op);
  return row.text;
}

template <class Table>
auto op_of(const Table& table, Tok kind) {
  for (const auto& row : table)
    if (row.kind == kind) return row.op;
  assert(false);
  return table[0].op;
}

}  // namespace

std::string_view spelling(RangeOp op) { return text_of(kRangeOps, op); }
std::string_view spelling(VectorOp op) { return text_of(kVectorOps, op); }
std::string_view spelling(BinaryOperator op) { return text_of(kBinaryOps, op); }
std::string_view spelling(LineFilterOp op) { return text_of(kLineFilterOps, op); }
RangeOp range_op(Tok kind) { return op_of(kRangeOps, kind); }
VectorOp vector_op(Tok kind) { return op_of(kVectorOps, kind); }
BinaryOperator binary_op(Tok kind) { return op_of(kBinaryOps, kind); }
LineFilterOp line_filter_op(Tok kind) { return op_of(kLineFilterOps, kind); }

std::string_view spelling(CompareOp op) {
  static constexpr std::array<std::string_view, 6> kTexts = {"==", "!=", ">", ">=", "<", "<="};
  return kTexts[static_cast<size_t>(op)];
}

std::string_view spelling(Conversion conversion) {
  static constexpr std::array<std::string_view, 4> kTexts = {"", "bytes", "duration", "duration_seconds"};
  return kTexts[static_cast<size_t>(conversion)];
}

int precedence(BinaryOperator op) {
  switch (op) {
    case BinaryOperator::kOr: return 1;
    case BinaryOperator::kAnd:
    case BinaryOperator::kUnless: return 2;
    case BinaryOperator::kAdd:
    case BinaryOperator::kSub: return 4;
    case BinaryOperator::kMul:
    case BinaryOperator::kDiv:
    case BinaryOperator::kMod: return 5;
    case BinaryOperator::kPow: return 6;
    default: return 3;
  }
}

bool is_comparison(BinaryOperator op) { return precedence(op) == 3; }
bool is_set_operation(BinaryOperator op) { return precedence(op) <= 2; }

double fold(BinaryOperator op, double left, double right) {
  static constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  switch (op) {
    case BinaryOperator::kAdd: return left + right;
    case BinaryOperator::kSub: return left - right;
    case BinaryOperator::kMul: return left * right;
    case BinaryOperator::kDiv: return right == 0 ? kNan : left / right;
    case BinaryOperator::kMod: return right == 0 ? kNan : std::fmod(left, right);
    case BinaryOperator::kPow: return std::pow(left, right);
    case BinaryOperator::kEqual: return left == right;
    case BinaryOperator::kNotEqual: return left != right;
    case BinaryOperator::kLess: return left < right;
    case BinaryOperator::kLessEqual: return left <= right;
    case BinaryOperator::kGreater: return left > right;
    case BinaryOperator::kGreaterEqual: return left >= right;
    default: return kNan;
  }
}

}  // namespace sleipnir::logql
