#include "storage/column/predicate_test.h"

#include <algorithm>
#include <cctype>
#include <cstring>

#include "base/number.h"
#include "storage/bytes.h"

namespace sleipnir::storage {
namespace {

using Kind = Predicate::Kind;
using Compare = Predicate::Compare;

bool contains(std::string_view line, std::string_view needle) { return memmem(line.data(), line.size(), needle.data(), needle.size()) != nullptr; }

Verdict negated(Verdict v) { return static_cast<Verdict>(kYes - v); }

/// Walks a regular expression's text and collects what every match must contain.
class Literals {
 public:
  explicit Literals(std::string_view pattern) : rest_(pattern) {}

  Predicate all() {
    Predicate either{.kind = Kind::kOr};
    Predicate both;
    while (!rest_.empty() && !failed_) {
      if (rest_[0] == '|') {
        end_run(both);
        either.children.push_back(std::move(both));
        both = {};
        rest_.remove_prefix(1);
      } else {
        step(both);
      }
    }
    if (failed_) return {};
    end_run(both);
    if (either.children.empty()) return both;
    either.children.push_back(std::move(both));
    const auto says_nothing = [](const Predicate& p) { return p.kind == Kind::kAnd && p.children.empty(); };
    return std::any_of(either.children.begin(), either.children.end(), says_nothing) ? Predicate{} : either;
  }

 private:
  static constexpr size_t kShortest = 3;

  void step(Predicate& both) {
    const char c = rest_[0];
    switch (c) {
      case '\\': escape(both); return;
      case '[': end_run(both); skip_class(); return;
      case '(': end_run(both); skip_group(); return;
      case '*': case '?': case '{':
        drop_last();
        end_run(both);
        skip_repeat();
        return;
      case '+':
        end_run(both);
        rest_.remove_prefix(1);
        return;
      case '.': case '^': case '$':
        end_run(both);
        rest_.remove_prefix(1);
        return;
      case ')':
        failed_ = true;
        return;
      default:
        run_ += c;
        rest_.remove_prefix(1);
    }
  }

  void escape(Predicate& both) {
    if (rest_.size() < 2) {
      failed_ = true;
      return;
    }
    const char c = rest_[1];
    if (std::strchr("dDwWsSbBAz", c)) end_run(both);
    else if (static_cast<unsigned char>(c) < 0x80 && std::ispunct(static_cast<unsigned char>(c))) run_ += c;
    else failed_ = true;
    rest_.remove_prefix(2);
  }

  void skip_class() {
    size_t i = 1;
    if (i < rest_.size() && rest_[i] == '^') ++i;
    if (i < rest_.size() && rest_[i] == ']') ++i;
    for (; i < rest_.size() && rest_[i] != ']'; ++i) {
      if (rest_[i] == '\\') ++i;
      else if (rest_[i] == '[' && i + 1 < rest_.size() && rest_[i + 1] == ':') {
        const size_t end = rest_.find(":]", i);
        if (end != std::string_view::npos) i = end + 1;
      }
    }
    failed_ |= i >= rest_.size();
    rest_.remove_prefix(std::min(rest_.size(), i + 1));
  }

  /// What stands in a group is not looked at, but flags that make letters match in any case end the walk.
  void skip_group() {
    int depth = 0;
    while (!rest_.empty() && !failed_) {
      if (rest_[0] == '[') {
        skip_class();
        continue;
      }
      if (rest_[0] == '\\') {
        failed_ |= rest_.size() < 2 || rest_[1] == 'Q';
        rest_.remove_prefix(std::min<size_t>(2, rest_.size()));
        continue;
      }
      if (rest_.starts_with("(?") && !rest_.starts_with("(?:") && !rest_.starts_with("(?P<")) failed_ = true;
      depth += rest_[0] == '(' ? 1 : rest_[0] == ')' ? -1 : 0;
      rest_.remove_prefix(1);
      if (depth == 0) return;
    }
    failed_ = true;
  }

  void skip_repeat() {
    if (rest_[0] == '{') {  // anything but counts is literal text: rare, and left alone
      const size_t end = rest_.find_first_not_of("0123456789,", 1);
      failed_ |= end == std::string_view::npos || end == 1 || rest_[end] != '}';
      rest_.remove_prefix(failed_ ? rest_.size() : end + 1);
    } else {
      rest_.remove_prefix(1);
    }
    if (rest_.starts_with('?')) rest_.remove_prefix(1);
  }

  /// The last rune may be missing.
  void drop_last() {
    while (!run_.empty() && (static_cast<unsigned char>(run_.back()) & 0xc0) == 0x80) run_.pop_back();
    if (!run_.empty()) run_.pop_back();
  }
  void end_run(Predicate& both) {
    if (run_.size() >= kShortest) both.children.push_back({.kind = Kind::kLineContains, .text = run_});
    run_.clear();
  }

  std::string_view rest_;
  std::string run_;
  bool failed_ = false;
};

Verdict labels_verdict(const PreparedPredicate& p, const LabelSet& stream, std::string_view metadata) {
  const std::string* a = stream.find(p->field);
  const auto b = find_coded_label(metadata, p->field);
  if (!a && !b) return kNo;
  if (!p.test().usable()) return kMaybe;
  return verdict_of((a && p.test().holds(*a)) || (b && p.test().holds(*b)));
}

}  // namespace

PredicateTest::PredicateTest(const Predicate& predicate) : predicate_(predicate) {
  if (predicate.kind != Kind::kLineRegex && predicate.compare != Compare::kRegex && predicate.compare != Compare::kNotRegex) return;
  auto regex = Regex::compile(predicate.text);
  if (regex) regex_ = std::move(*regex);
  usable_ = regex_.has_value();
}

bool PredicateTest::holds(double v) const {
  switch (predicate_.compare) {
    case Compare::kLess: return v < predicate_.number;
    case Compare::kLessEqual: return v <= predicate_.number;
    case Compare::kGreater: return v > predicate_.number;
    case Compare::kGreaterEqual: return v >= predicate_.number;
    default: return true;
  }
}

bool PredicateTest::holds(std::string_view value) const {
  if (predicate_.kind == Kind::kLineRegex) return regex_->matches(value);
  switch (predicate_.compare) {
    case Compare::kEqual: return value == predicate_.text;
    case Compare::kNotEqual: return value != predicate_.text;
    case Compare::kRegex: return regex_->matches(value);
    case Compare::kNotRegex: return !regex_->matches(value);
    default: {
      const auto number = parse_go_float(value);
      return !number || holds(*number);
    }
  }
}

PreparedPredicate::PreparedPredicate(const Predicate& predicate) : predicate_(predicate), test_(predicate) {
  for (const Predicate& child : predicate.children) children_.push_back(std::make_unique<const PreparedPredicate>(child));
  if (predicate.kind != Kind::kLineRegex) return;
  literals_ = std::make_unique<const Predicate>(required_literals(predicate.text));
  required_ = std::make_unique<const PreparedPredicate>(*literals_);
  within_quotes_ = matches_within_quotes(predicate.text);
}

std::shared_ptr<const PreparedPredicate> PreparedPredicate::of(Predicate predicate) {
  struct Kept {
    explicit Kept(Predicate p) : predicate(std::move(p)) {}
    const Predicate predicate;
    const PreparedPredicate prepared{predicate};
  };
  auto kept = std::make_shared<const Kept>(std::move(predicate));
  return {kept, &kept->prepared};
}

Verdict row_verdict(const PreparedPredicate& where, std::string_view line, const LabelSet& stream, std::string_view metadata) {
  switch (where->kind) {
    case Kind::kLineContains: return verdict_of(contains(line, where->text));
    case Kind::kAnd:
    case Kind::kOr: {
      const bool is_and = where->kind == Kind::kAnd;
      Verdict v = is_and ? kYes : kNo;
      for (const auto& child : where.children()) {
        const Verdict of_child = row_verdict(*child, line, stream, metadata);
        v = is_and ? std::min(v, of_child) : std::max(v, of_child);
        if (v == (is_and ? kNo : kYes)) break;
      }
      return v;
    }
    case Kind::kNot: return where.children().size() == 1 ? negated(row_verdict(*where.children()[0], line, stream, metadata)) : kMaybe;
    case Kind::kMetadata: return labels_verdict(where, stream, metadata);
    case Kind::kField: return std::max(labels_verdict(where, stream, metadata), kMaybe);
    case Kind::kLineRegex:
      // The literals are cheaper than the expression, and mostly decide.
      if (row_verdict(where.required(), line, stream, metadata) == kNo) return kNo;
      return where.test().usable() ? verdict_of(where.test().holds(line)) : kMaybe;
  }
  return kMaybe;
}

/// Whatever is not known to be harmless makes it false: negated classes, escapes of classes and code points, anchors, `.`.
bool matches_within_quotes(std::string_view pattern) {
  for (size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '"' || c == '.' || c == '^' || c == '$') return false;
    if (c == '(' && pattern.substr(i, 2) == "(?" && pattern.substr(i, 3) != "(?:") return false;
    if (c == '\\') {
      if (++i == pattern.size()) return false;
      if (std::isalnum(static_cast<unsigned char>(pattern[i])) && !std::strchr("dws", pattern[i])) return false;
    } else if (c == '[') {
      // Single characters and ranges of letters and digits.
      if (++i == pattern.size() || pattern[i] == '^' || pattern[i] == ']') return false;
      for (; i < pattern.size() && pattern[i] != ']'; ++i) {
        const auto of = static_cast<unsigned char>(pattern[i]);
        if (of == '\\' || of == '[' || of == '"' || of >= 0x80) return false;
        const bool range = pattern.substr(i + 1, 1) == "-" && i + 2 < pattern.size() && pattern[i + 2] != ']';
        if (range && !(std::isalnum(of) && std::isalnum(static_cast<unsigned char>(pattern[i + 2])))) return false;
      }
      if (i == pattern.size()) return false;
    }
  }
  return true;
}

Predicate required_literals(std::string_view pattern) { return Literals(pattern).all(); }

}  // namespace sleipnir::storage
