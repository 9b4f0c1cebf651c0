#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/regex.h"
#include "base/result.h"

namespace sleipnir {

enum class MatchOp { kEqual, kNotEqual, kRegex, kNotRegex };
std::string_view to_string(MatchOp op);  // = != =~ !~

/// One label matcher with selector semantics (logql.md §4): missing label = "", regex anchored with dot matching newline.
class Matcher {
 public:
  static Result<Matcher> make(std::string name, MatchOp op, std::string value);

  const std::string& name() const { return name_; }
  MatchOp op() const { return op_; }
  const std::string& value() const { return value_; }

  bool matches(std::string_view label_value) const;
  bool matches_empty() const { return matches(""); }
  /// All label values that are equal to the value or match the expression, where it is nothing but texts with `|` between them; nullopt for other expressions.
  std::optional<std::vector<std::string>> texts() const;
  /// `name="value"`, value Go-quoted.
  std::string to_string() const;
  bool operator==(const Matcher& o) const { return name_ == o.name_ && op_ == o.op_ && value_ == o.value_; }

 private:
  std::string name_, value_;
  MatchOp op_ = MatchOp::kEqual;
  std::optional<Regex> regex_;
};

}  // namespace sleipnir
