#pragma once
#include <optional>
#include <string_view>

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
  bool holds(std::string_view value) const;
  /// The numeric comparisons, for a value that is a number.
  bool holds(double value) const;

 private:
  const Predicate& predicate_;
  std::optional<Regex> regex_;
  bool usable_ = true;
};

/// `where` on one row, all of it at hand. kMaybe where only a parser can tell.
Verdict row_verdict(const Predicate& where, std::string_view line, const LabelSet& stream, const LabelSet& metadata);

/// A necessary condition for `pattern` to match, of nothing but And, Or and kLineContains; true (an empty And) where the expression says little.
Predicate required_literals(std::string_view pattern);

}  // namespace sleipnir::storage
