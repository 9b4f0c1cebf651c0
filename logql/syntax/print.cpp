// The one-line form (logql.md §13).
#include <cstdio>

#include "base/number.h"
#include "base/text.h"
#include "logql/syntax/operations.h"
#include "logql/syntax/parse.h"
#include "logql/syntax/print_parts.h"

namespace sleipnir::logql {
namespace {

template <class Items, class Text>
std::string joined(const Items& items, std::string_view separator, Text text) {
  std::string out;
  bool first = true;
  for (const auto& item : items) {
    if (!first) out += separator;
    first = false;
    out += text(item);
  }
  return out;
}

std::string names(const std::vector<std::string>& labels, std::string_view separator) {
  return joined(labels, separator, [](const std::string& s) -> const std::string& { return s; });
}

/// A name with an operator behind. An unknown character is a name to Loki; this one would make a token of two characters.
std::string before_operator(const std::string& name) { return name == "!" ? "! " : name; }
/// A name behind `=`.
std::string behind_equals(const std::string& name) { return name == "~" ? " ~" : name; }

std::string print_matcher(const Matcher& m) { return before_operator(m.name()) + std::string(to_string(m.op())) + go_quote(m.value()); }

std::string ip_call(std::string_view pattern) { return "ip(" + go_quote(pattern) + ")"; }

/// `-0` would be read as a duration.
std::string readable(std::string number) { return number == "-0" ? "- 0" : number; }

/// Rounded as Loki rounds it (`1.0kB`), but exact where the rounded text would not be read as a size (`0B` starts a binary literal, `1.0PB` an
/// exponent) or would be rounded differently then (`1000kB`).
std::string size(uint64_t bytes) {
  constexpr uint64_t kPetabyte = 1000000000000000;
  if (bytes == 0) return "0kB";
  const std::string rounded = format_bytes(bytes);
  const auto read = parse_bytes(rounded);
  if (bytes >= kPetabyte || !read || format_bytes(*read) != rounded) return std::to_string(bytes) + "B";
  return rounded;
}

struct FilterPrinter {
  std::string operator()(const LabelFilter::String& f) const { return print_matcher(f.matcher); }
  std::string operator()(const LabelFilter::Number& f) const { return compared(f, readable(format_sample(f.value))); }
  std::string operator()(const LabelFilter::Duration& f) const { return compared(f, format_go_duration(f.value)); }
  std::string operator()(const LabelFilter::Bytes& f) const { return compared(f, size(f.value)); }
  std::string operator()(const LabelFilter::Ip& f) const { return before_operator(f.name) + (f.negated ? "!=" : "=") + ip_call(f.pattern); }
  std::string operator()(const LabelFilter::Binary& f) const { return "( " + print(*f.left) + (f.is_or ? " or " : " , ") + print(*f.right) + " )"; }
  std::string operator()(const LabelFilter::In& f) const {
    return f.name + (f.negated ? " not in (" : " in (") + print(*f.query) + " | " + f.label_of_query + ")";
  }

 private:
  template <class Filter>
  static std::string compared(const Filter& f, const std::string& value) {
    return before_operator(f.name) + std::string(spelling(f.op)) + value;
  }
};

std::string extracts(const std::vector<Extract>& items) {
  if (items.empty()) return "";
  return " " + joined(items, ",", [](const Extract& e) { return before_operator(e.name) + "=" + go_quote(e.expression); });
}

std::string named_list(const std::vector<NamedMatcher>& items) {
  return joined(items, ",", [](const NamedMatcher& n) { return n.matcher ? print_matcher(*n.matcher) : n.name; });
}

struct StagePrinter {
  std::string operator()(const LineFilter& s) const {
    return std::string(spelling(s.op)) + " " + joined(s.args, " or ", [](const LineFilter::Arg& a) { return a.ip ? ip_call(a.text) : go_quote(a.text); });
  }
  std::string operator()(const JsonStage& s) const { return "| json" + extracts(s.extracts); }
  std::string operator()(const LogfmtStage& s) const {
    return std::string("| logfmt") + (s.strict ? " --strict" : "") + (s.keep_empty ? " --keep-empty" : "") + extracts(s.extracts);
  }
  std::string operator()(const RegexpStage& s) const { return "| regexp " + go_quote(s.regex); }
  std::string operator()(const PatternStage& s) const { return "| pattern " + go_quote(s.pattern); }
  std::string operator()(const UnpackStage&) const { return "| unpack"; }
  std::string operator()(const DecolorizeStage&) const { return "| decolorize"; }
  std::string operator()(const LineFormatStage& s) const { return "| line_format " + go_quote(s.text); }
  std::string operator()(const LabelFormatStage& s) const {
    return "| label_format " + joined(s.items, ",", [](const LabelFormatStage::Item& i) {
      return before_operator(i.name) + "=" + (i.rename ? behind_equals(i.value) : go_quote(i.value));
    });
  }
  std::string operator()(const DropStage& s) const { return "| drop " + named_list(s.items); }
  std::string operator()(const KeepStage& s) const { return "| keep " + named_list(s.items); }
  std::string operator()(const LabelFilterStage& s) const { return "| " + print(*s.filter); }
  std::string operator()(const DistinctStage& s) const { return "| distinct " + names(s.labels, ","); }
  std::string operator()(const ContextStage& s) const { return "| context " + std::to_string(s.before) + "," + std::to_string(s.after); }
};

struct ExprPrinter {
  std::string operator()(const LogExpr& e) const { return print(e); }
  std::string operator()(const RangeAggregation& e) const {
    std::string out = std::string(spelling(e.op)) + "(";
    if (e.parameter) out += format_sample(*e.parameter) + ",";
    return out + print_range(e.range) + ")" + print_range_grouping(e.grouping);
  }
  std::string operator()(const VectorAggregation& e) const {
    std::string out = std::string(spelling(e.op)) + print_grouping(e.grouping, ",") + "(";
    if (e.parameter) out += std::to_string(*e.parameter) + ",";
    return out + print(*e.inner) + ")";
  }
  std::string operator()(const BinaryOperation& e) const {
    const std::string left = print(*e.left), right = print(*e.right);
    return "(" + left + " " + print_operator(e, ",", right.front() == '(') + " " + right + ")";
  }
  std::string operator()(const LabelReplace& e) const {
    return "label_replace(" + print(*e.inner) + "," + go_quote(e.dst) + "," + go_quote(e.replacement) + "," + go_quote(e.src) + "," + go_quote(e.regex) + ")";
  }
  std::string operator()(const Literal& e) const { return readable(format_go_float(e.value)); }
  std::string operator()(const VectorFn& e) const {
    char number[400];  // the longest double has 309 digits before the dot
    std::snprintf(number, sizeof number, "vector(%f)", e.value);
    return number;
  }
};

}  // namespace

std::string print_selector(const std::vector<Matcher>& matchers) {
  return "{" + joined(matchers, ", ", print_matcher) + "}";
}

std::string print_unwrap(const Unwrap& unwrap) {
  if (unwrap.conversion == Conversion::kNone) return "| unwrap " + unwrap.label;
  return "| unwrap " + std::string(spelling(unwrap.conversion)) + "(" + unwrap.label + ")";
}

std::string print_offset(Nanos offset) { return offset == 0 ? "" : " offset " + format_go_duration(offset); }

std::string print_range(const LogRange& range) {
  std::string out = print(range.log);
  if (range.unwrap) {
    out += " " + print_unwrap(*range.unwrap);
    for (const LabelFilterPtr& filter : range.unwrap->filters) out += " | " + print(*filter);
  }
  return out + "[" + format_prometheus_duration(range.range) + "]" + print_offset(range.offset);
}

std::string print_grouping(const std::optional<Grouping>& grouping, std::string_view separator) {
  if (!grouping || (!grouping->without && grouping->labels.empty())) return "";
  return (grouping->without ? " without (" : " by (") + names(grouping->labels, separator) + ")";
}

std::string print_range_grouping(const std::optional<Grouping>& grouping, std::string_view separator) {
  if (grouping && !grouping->without && grouping->labels.empty()) return " by ()";
  return print_grouping(grouping, separator);
}

std::string print_operator(const BinaryOperation& e, std::string_view separator, bool before_paren) {
  std::string out(spelling(e.op));
  if (e.return_bool) out += " bool";
  const Matching& m = e.matching;
  if (!m.on && m.labels.empty() && m.card == Matching::Card::kOneToOne) return out;
  out += (m.on ? " on (" : " ignoring (") + names(m.labels, separator) + ") ";
  if (m.card == Matching::Card::kOneToOne) return out;
  out += m.card == Matching::Card::kManyToOne ? "group_left" : "group_right";
  if (!m.include.empty() || before_paren) out += " (" + names(m.include, separator) + ")";
  return out;
}

std::string print(const LabelFilter& filter) { return std::visit(FilterPrinter{}, filter.v); }
std::string print(const Stage& stage) { return std::visit(StagePrinter{}, stage); }
std::string print(const Expr& expr) { return std::visit(ExprPrinter{}, expr.v); }

std::string print(const LogExpr& expr) {
  std::string out = print_selector(expr.matchers);
  for (const Stage& stage : expr.stages) out += " " + print(stage);
  return out;
}

}  // namespace sleipnir::logql
