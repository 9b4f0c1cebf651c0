// Random trees: what is printed parses to an equal tree, on one line and broken over lines.
#include <doctest/doctest.h>

#include <random>

#include "logql/syntax/operations.h"
#include "logql/syntax/parse.h"

using namespace sleipnir;
using namespace sleipnir::logql;

namespace {

class RandomTree {
 public:
  explicit RandomTree(uint64_t seed) : random_(seed) {}

  ExprPtr query() { return one_in(3) ? node(log(3)) : metric(1 + pick(5)); }

 private:
  uint64_t pick(uint64_t n) { return random_() % n; }
  bool one_in(uint64_t n) { return pick(n) == 0; }
  static ExprPtr node(auto v) { return std::make_shared<const Expr>(Expr{std::move(v)}); }

  template <class Make>
  auto some(uint64_t at_least, uint64_t at_most, Make make) {
    std::vector<decltype(make())> out;
    for (uint64_t n = at_least + pick(at_most - at_least + 1); n > 0; --n) out.push_back(make());
    return out;
  }

  std::string name() {
    static constexpr const char* kNames[] = {"a", "_b", "service_name", "rate", "ip", "bytes", "sum", "é", "in", "not", "distinct", "context", "inf", "vector", "label_replace", "!", "~", "$"};
    return kNames[pick(std::size(kNames))];
  }
  std::string text() {
    static constexpr const char* kPieces[] = {"x", " ", "\"", "\\", "`", "\n", "\t", "é", "😀", "{{.a}}", "#", "//", "'", "\x01", "(", "|= "};
    std::string out;
    for (const std::string& piece : some(0, 6, [&] { return std::string(kPieces[pick(std::size(kPieces))]); })) out += piece;
    return out;
  }
  Matcher matcher() {
    const auto op = static_cast<MatchOp>(pick(4));
    return *Matcher::make(name(), op, op == MatchOp::kEqual || op == MatchOp::kNotEqual ? text() : ".+x");
  }
  double number() {
    const double whole = static_cast<double>(pick(100000)) - 50000;
    return one_in(2) ? whole : whole / 1024;
  }
  Nanos duration() { return static_cast<Nanos>(pick(1u << 20)) * (one_in(2) ? kMillisecond : one_in(2) ? kSecond : 1) * (one_in(4) ? -1 : 1); }

  LabelFilterPtr filter(uint64_t depth) {
    LabelFilter f;
    const auto op = static_cast<CompareOp>(pick(6));
    switch (pick(depth > 0 ? 8 : 5)) {
      case 0: f.v = LabelFilter::String{matcher()}; break;
      case 1: f.v = LabelFilter::Number{name(), op, number()}; break;
      case 2: f.v = LabelFilter::Duration{name(), op, duration()}; break;
      case 3: f.v = LabelFilter::Bytes{name(), op, one_in(2) ? 1000 * pick(900) : 1000000 * pick(90)}; break;
      case 4: f.v = LabelFilter::Ip{name(), one_in(2), text()}; break;
      case 5: f.v = LabelFilter::In{name(), one_in(2), std::make_shared<const LogExpr>(log(depth - 1)), name()}; break;
      default: f.v = LabelFilter::Binary{one_in(2), filter(depth - 1), filter(depth - 1)};
    }
    return std::make_shared<const LabelFilter>(std::move(f));
  }

  LineFilter line_filter() {
    const auto op = static_cast<LineFilterOp>(pick(6));
    const bool negated = spelling(op)[0] == '!';
    return {op, some(1, negated ? 1 : 3, [&] { return LineFilter::Arg{text(), one_in(4)}; })};
  }

  Stage stage(uint64_t depth) {
    auto extracts = [&] { return some(0, 2, [&] { return Extract{name(), text()}; }); };
    auto named = [&] {
      return some(1, 3, [&] {
        Matcher m = matcher();
        return one_in(2) ? NamedMatcher{m.name(), m} : NamedMatcher{m.name(), std::nullopt};
      });
    };
    switch (pick(15)) {
      case 0: return JsonStage{extracts()};
      case 1: return LogfmtStage{one_in(2), one_in(2), extracts()};
      case 2: return RegexpStage{"(?P<x>.)"};
      case 3: return PatternStage{"<x> <_>"};
      case 4: return UnpackStage{};
      case 5: return DecolorizeStage{};
      case 6: return LineFormatStage{text()};
      case 7: return LabelFormatStage{some(1, 3, [&] { return one_in(2) ? LabelFormatStage::Item{name(), name(), true} : LabelFormatStage::Item{name(), text(), false}; })};
      case 8: return DropStage{named()};
      case 9: return KeepStage{named()};
      case 10: return DistinctStage{some(1, 3, [&] { return name(); })};
      case 11: return ContextStage{pick(10), pick(10)};
      case 12: return LabelFilterStage{filter(depth)};
      default: return line_filter();
    }
  }

  /// `| drop a != "x"` is a drop with a matcher: no text says that a line filter with != or !~ follows a bare name.
  static bool separable(const Stage& before, const Stage& after) {
    const auto* filter = std::get_if<LineFilter>(&after);
    if (!filter || (filter->op != LineFilterOp::kNotContains && filter->op != LineFilterOp::kNotRegex)) return true;
    const auto* drop = std::get_if<DropStage>(&before);
    const auto* keep = std::get_if<KeepStage>(&before);
    return drop ? drop->items.back().matcher.has_value() : !keep || keep->items.back().matcher;
  }

  LogExpr log(uint64_t depth) {
    LogExpr out{some(0, 3, [&] { return matcher(); }), {}};
    for (Stage& s : some(0, 4, [&] { return stage(depth); }))
      if (out.stages.empty() || separable(out.stages.back(), s)) out.stages.push_back(std::move(s));
    return out;
  }

  std::vector<std::string> names(uint64_t at_least) { return some(at_least, 3, [&] { return name(); }); }

  ExprPtr range_aggregation() {
    static constexpr RangeOp kPlain[] = {RangeOp::kRate, RangeOp::kCountOverTime, RangeOp::kAbsentOverTime};
    static constexpr RangeOp kUnwrapping[] = {RangeOp::kRate, RangeOp::kSumOverTime, RangeOp::kMaxOverTime, RangeOp::kQuantileOverTime, RangeOp::kLastOverTime};
    RangeAggregation r{kPlain[pick(3)], {}, {log(2), {}, static_cast<Nanos>(pick(1u << 24)) * kMillisecond, one_in(2) ? duration() : 0}, {}};
    for (Stage& s : r.range.log.stages)  // these are for log queries only
      if (std::holds_alternative<DistinctStage>(s) || std::holds_alternative<ContextStage>(s)) s = UnpackStage{};
    if (one_in(2)) {
      r.op = kUnwrapping[pick(5)];
      r.range.unwrap = Unwrap{name(), static_cast<Conversion>(pick(4)), some(0, 2, [&] { return filter(1); })};
    }
    if (r.op == RangeOp::kQuantileOverTime) r.parameter = static_cast<double>(pick(100)) / 128;
    if ((r.op == RangeOp::kMaxOverTime || r.op == RangeOp::kQuantileOverTime) && one_in(2)) r.grouping = Grouping{one_in(2), names(0)};
    return node(std::move(r));
  }

  ExprPtr vector_aggregation(uint64_t depth) {
    VectorAggregation v{static_cast<VectorOp>(pick(11)), {}, {}, metric(depth - 1)};
    if (v.op == VectorOp::kTopk || v.op == VectorOp::kBottomk) v.parameter = 1 + pick(9);
    if (v.op != VectorOp::kSort && v.op != VectorOp::kSortDesc && one_in(2)) v.grouping = one_in(2) ? Grouping{true, names(0)} : Grouping{false, names(1)};
    return node(std::move(v));
  }

  ExprPtr binary(uint64_t depth) {
    BinaryOperation b{static_cast<BinaryOperator>(pick(15)), one_in(4), {}, metric(depth - 1), metric(depth - 1)};
    if (one_in(2)) {
      b.matching = {one_in(2), names(0), static_cast<Matching::Card>(pick(3)), {}};
      if (b.matching.card != Matching::Card::kOneToOne) b.matching.include = names(0);
    }
    if (!is_set_operation(b.op) && one_in(4)) (one_in(2) ? b.left : b.right) = node(Literal{number()});
    return node(std::move(b));
  }

  /// Not a literal: two of them would be folded.
  ExprPtr metric(uint64_t depth) {
    if (depth == 0) return one_in(4) ? node(VectorFn{static_cast<double>(pick(1000)) / 8}) : range_aggregation();
    switch (pick(4)) {
      case 0: return vector_aggregation(depth);
      case 1: return node(LabelReplace{metric(depth - 1), text(), text(), text(), "(.*)"});
      default: return binary(depth);
    }
  }

  std::mt19937_64 random_;
};

}  // namespace

TEST_CASE("random trees survive printing") {
  const uint64_t first = std::random_device{}();
  for (uint64_t seed = first; seed < first + 2000; ++seed) {
    const ExprPtr tree = RandomTree(seed).query();
    CAPTURE(seed);
    const std::string line = print(*tree), pretty = print_pretty(*tree);
    CAPTURE(line);
    CAPTURE(pretty);
    auto from_line = parse(line, {.strict = false});
    REQUIRE_MESSAGE(from_line.ok(), (from_line ? "" : from_line.error().message));
    REQUIRE(**from_line == *tree);
    auto from_pretty = parse(pretty, {.strict = false});
    REQUIRE_MESSAGE(from_pretty.ok(), (from_pretty ? "" : from_pretty.error().message));
    REQUIRE(**from_pretty == *tree);
  }
}
