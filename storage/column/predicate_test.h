#pragma once
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/labels.h"
#include "base/regex.h"
#include "base/scan.h"

namespace sleipnir::storage {

/// What is known of a predicate on a row. Ascending: And is the minimum, Or the maximum.
enum Verdict : uint8_t { kNo = 0, kMaybe = 1, kYes = 2 };

inline Verdict verdict_of(bool holds) { return holds ? kYes : kNo; }

/// The comparison of a kField or kMetadata predicate, or the search of a kLineRegex, ready to be asked often. The predicate must outlive it.
class PredicateTest {
 public:
  explicit PredicateTest(const Predicate& predicate);
  /// False where the regular expression cannot be compiled: nothing is known.
  bool usable() const { return usable_; }
  /// Whether a regular expression is tried, which may take long for a value.
  bool is_expression() const { return regex_.has_value(); }
  bool holds(std::string_view value) const;
  /// The numeric comparisons, for a value that is a number.
  bool holds(double value) const;

 private:
  const Predicate& predicate_;
  std::optional<Regex> regex_;
  bool usable_ = true;
};

/// A predicate with all that it takes to ask it often, made once a scan. Immutable; any number of threads.
class PreparedPredicate {
 public:
  /// `predicate` must outlive it.
  explicit PreparedPredicate(const Predicate& predicate);
  PreparedPredicate(const PreparedPredicate&) = delete;
  /// One that keeps its predicate.
  static std::shared_ptr<const PreparedPredicate> of(Predicate predicate);

  const Predicate& operator*() const { return predicate_; }
  const Predicate* operator->() const { return &predicate_; }
  const std::vector<std::unique_ptr<const PreparedPredicate>>& children() const { return children_; }
  /// The comparison or search of this node.
  const PredicateTest& test() const { return test_; }
  /// Of a kLineRegex: required_literals().
  const PreparedPredicate& required() const { return *required_; }
  /// Of a kLineRegex: no match holds a double quote or depends on what stands around it.
  bool within_quotes() const { return within_quotes_; }

 private:
  const Predicate& predicate_;
  PredicateTest test_;
  std::vector<std::unique_ptr<const PreparedPredicate>> children_;
  std::unique_ptr<const Predicate> literals_;
  std::unique_ptr<const PreparedPredicate> required_;
  bool within_quotes_ = false;
};

/// `where` on one row, all of it at hand; `metadata` is a coded set. kMaybe where only a parser can tell.
Verdict row_verdict(const PreparedPredicate& where, std::string_view line, const LabelSet& stream, std::string_view metadata);

/// A necessary condition for `pattern` to match, of nothing but And, Or and kLineContains; true (an empty And) where the expression says little.
Predicate required_literals(std::string_view pattern);

/// False unless it is certain that no match of `pattern` holds a double quote, and that what matches in a text matches wherever that text stands.
bool matches_within_quotes(std::string_view pattern);

}  // namespace sleipnir::storage
