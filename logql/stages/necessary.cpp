#include "logql/stages/necessary.h"

#include <re2/re2.h>

#include "base/regex.h"
#include "logql/stages/json_path.h"
#include "logql/stages/literal_tests.h"
#include "logql/stages/pattern_filter.h"
#include "logql/stages/stage.h"

namespace sleipnir::logql {
namespace {

using Compare = Predicate::Compare;
using Condition = std::optional<Predicate>;  // nullopt: nothing is known

constexpr size_t kMostValues = 10000;  // of an `in` list; more would cost the store more than it saves

Predicate joined(Predicate::Kind kind, std::vector<Predicate> children) {
  if (children.size() == 1) return std::move(children[0]);
  Predicate p;
  p.kind = kind;
  p.children = std::move(children);
  return p;
}

Predicate on_line(Predicate::Kind kind, std::string text) {
  Predicate p;
  p.kind = kind;
  p.text = std::move(text);
  return p;
}

/// RE2 text of a literal test on a value.
std::string regex_of(const LiteralTest& t) {
  const std::string quoted = (t.fold ? "(?i)" : "") + re2::RE2::QuoteMeta(t.text);
  switch (t.kind) {
    case LiteralTest::Kind::kNotEmpty: return "(?s).";
    case LiteralTest::Kind::kEquals: return "\\A(?:" + quoted + ")\\z";
    case LiteralTest::Kind::kContains: break;
  }
  return quoted;
}

// Conditions on lines.

Condition literal_condition(const LiteralTests& tests) {
  if (tests.empty()) return {};
  std::vector<Predicate> any;
  for (const LiteralTest& t : tests) {
    const bool plain = t.kind == LiteralTest::Kind::kContains && !t.fold;
    any.push_back(plain ? on_line(Predicate::Kind::kLineContains, t.text) : on_line(Predicate::Kind::kLineRegex, regex_of(t)));
  }
  return joined(Predicate::Kind::kOr, std::move(any));
}

Condition pattern_condition(const std::string& text) {
  const auto pattern = PatternFilter::compile(text);
  if (!pattern || pattern->literals().empty()) return {};
  std::vector<Predicate> all;
  for (const std::string& l : pattern->literals()) all.push_back(on_line(Predicate::Kind::kLineContains, l));
  return joined(Predicate::Kind::kAnd, std::move(all));
}

Condition argument_condition(LineFilterOp op, const LineFilter::Arg& arg) {
  if (arg.ip) return {};
  switch (op) {
    case LineFilterOp::kContains: return arg.text.empty() ? Condition() : on_line(Predicate::Kind::kLineContains, arg.text);
    case LineFilterOp::kRegex:
      if (const auto tests = literal_tests(arg.text, false)) return literal_condition(*tests);
      return on_line(Predicate::Kind::kLineRegex, arg.text);
    case LineFilterOp::kPattern: return pattern_condition(arg.text);
    default: return {};
  }
}

/// An operand that every line passes does not count unless it stands alone, so it adds no condition and takes none away;
/// one that nothing is known of (ip) does.
Condition line_condition(const LineFilter& filter) {
  std::vector<Predicate> any;
  for (const LineFilter::Arg& arg : filter.args) {
    auto c = argument_condition(filter.op, arg);
    if (!c) return {};
    any.push_back(std::move(*c));
  }
  return joined(Predicate::Kind::kOr, std::move(any));
}

// Conditions on labels.

bool says_nothing(std::string_view name) { return name == kErrorLabel || name == kErrorDetailsLabel || name.ends_with("_extracted"); }

/// A parser, as far as predicates know it.
struct KnownParser {
  Predicate::Parser kind = Predicate::Parser::kJson;
  std::map<std::string, json::Path> paths;  ///< of kJsonPath, by label
};

/// The conditions of label filters behind at most one parser.
class LabelConditions {
 public:
  LabelConditions(const std::optional<KnownParser>& parser, const InSets& in_sets) : parser_(parser), in_sets_(in_sets) {}

  Condition of(const LabelFilter& f) const { return std::visit(*this, f.v); }

  Condition operator()(const LabelFilter::String& f) const {
    const Matcher& m = f.matcher;
    if (says_nothing(m.name())) return {};
    switch (m.op()) {
      case MatchOp::kEqual: return m.value().empty() ? Condition() : compared(m.name(), Compare::kEqual, m.value());
      case MatchOp::kNotEqual: return m.value().empty() ? compared(m.name(), Compare::kNotEqual, "") : Condition();
      case MatchOp::kRegex: return regex_condition(m);
      case MatchOp::kNotRegex: return {};
    }
    return {};
  }

  Condition operator()(const LabelFilter::Number& f) const {
    if (says_nothing(f.name) || is_expression(f.name)) return {};
    switch (f.op) {
      case CompareOp::kEqual:
        return joined(Predicate::Kind::kAnd, {number(f.name, Compare::kGreaterEqual, f.value), number(f.name, Compare::kLessEqual, f.value)});
      case CompareOp::kNotEqual: return {};
      case CompareOp::kGreater: return number(f.name, Compare::kGreater, f.value);
      case CompareOp::kGreaterEqual: return number(f.name, Compare::kGreaterEqual, f.value);
      case CompareOp::kLess: return number(f.name, Compare::kLess, f.value);
      case CompareOp::kLessEqual: return number(f.name, Compare::kLessEqual, f.value);
    }
    return {};
  }

  Condition operator()(const LabelFilter::Binary& f) const {
    auto left = of(*f.left), right = of(*f.right);
    if (f.is_or) {
      if (!left || !right) return {};
      return joined(Predicate::Kind::kOr, {std::move(*left), std::move(*right)});
    }
    if (!left) return right;
    if (!right) return left;
    return joined(Predicate::Kind::kAnd, {std::move(*left), std::move(*right)});
  }

  Condition operator()(const LabelFilter::In& f) const {
    const auto values = in_sets_.find(&f);
    if (f.negated || says_nothing(f.name) || values == in_sets_.end() || values->second->size() > kMostValues || values->second->contains("")) return {};
    std::vector<Predicate> any;
    for (const std::string& v : *values->second) any.push_back(compared(f.name, Compare::kEqual, v));
    return joined(Predicate::Kind::kOr, std::move(any));
  }

  Condition operator()(const LabelFilter::Duration&) const { return {}; }
  Condition operator()(const LabelFilter::Bytes&) const { return {}; }
  Condition operator()(const LabelFilter::Ip&) const { return {}; }

 private:
  /// What it does not find is an empty text, and that is an error where a number is wanted: the row passes.
  bool is_expression(const std::string& name) const { return parser_ && parser_->paths.contains(name); }

  Predicate compared(const std::string& name, Compare compare, std::string text) const {
    Predicate p;
    const bool extracts = parser_ && (parser_->kind != Predicate::Parser::kJsonPath || is_expression(name));
    p.kind = extracts ? Predicate::Kind::kField : Predicate::Kind::kMetadata;
    if (extracts) p.parser = parser_->kind;
    if (is_expression(name)) p.path = parser_->paths.at(name);
    p.field = name;
    p.compare = compare;
    p.text = std::move(text);
    return p;
  }

  Predicate number(const std::string& name, Compare compare, double value) const {
    Predicate p = compared(name, compare, "");
    p.number = value;
    return p;
  }

  Condition regex_condition(const Matcher& m) const {
    if (const auto tests = literal_tests(m.value(), true)) {
      if (matches(*tests, "")) return {};
      std::vector<Predicate> any;
      for (const LiteralTest& t : *tests) any.push_back(compared(m.name(), Compare::kRegex, regex_of(t)));
      return joined(Predicate::Kind::kOr, std::move(any));
    }
    const auto regex = Regex::compile(m.value(), Regex::kAnchored);
    if (!regex || regex->matches("")) return {};
    return compared(m.name(), Compare::kRegex, "^(?:" + m.value() + ")$");
  }

  const std::optional<KnownParser>& parser_;
  const InSets& in_sets_;
};

std::optional<KnownParser> known_parser(const Stage& stage) {
  if (const auto* of_json = std::get_if<JsonStage>(&stage)) {
    if (of_json->extracts.empty()) return KnownParser{Predicate::Parser::kJson, {}};
    auto paths = json::key_paths(*of_json);
    if (!paths) return {};
    return KnownParser{Predicate::Parser::kJsonPath, *std::move(paths)};
  }
  const auto* logfmt = std::get_if<LogfmtStage>(&stage);
  if (!logfmt || !logfmt->extracts.empty() || logfmt->strict || logfmt->keep_empty) return {};
  return KnownParser{Predicate::Parser::kLogfmt, {}};
}

bool changes_line(const Stage& stage) {
  return std::holds_alternative<LineFormatStage>(stage) || std::holds_alternative<UnpackStage>(stage) || std::holds_alternative<DecolorizeStage>(stage);
}

}  // namespace

Predicate necessary_conditions(const std::vector<const Stage*>& stages, const InSets& in_sets) {
  std::vector<Predicate> all;
  bool line_stored = true, labels_known = true;  // what is before us: the stored line; labels of streams, metadata and one parser
  std::optional<KnownParser> parser;
  for (const Stage* s : stages) {
    Condition condition;
    if (const auto* line = std::get_if<LineFilter>(s)) {
      if (line_stored) condition = line_condition(*line);
    } else if (const auto* label = std::get_if<LabelFilterStage>(s)) {
      if (labels_known) condition = LabelConditions(parser, in_sets).of(*label->filter);
    } else if (auto p = known_parser(*s); p && !parser && line_stored && labels_known) {
      parser = std::move(p);
    } else {
      line_stored &= !changes_line(*s);
      labels_known = false;
    }
    if (condition) all.push_back(std::move(*condition));
  }
  return joined(Predicate::Kind::kAnd, std::move(all));
}

}  // namespace sleipnir::logql
