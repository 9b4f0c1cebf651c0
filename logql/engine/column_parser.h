#pragma once
// The parsers whose labels a store may have as columns.
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/scan.h"
#include "logql/syntax/ast.h"

namespace sleipnir::logql {

class ColumnParser {
 public:
  /// nullopt: the stage is no such parser.
  static std::optional<ColumnParser> of(const Stage& stage);

  /// Lines may fail to parse.
  bool can_fail() const { return from_ == From::kJson || from_ == From::kJsonPath; }
  /// It may extract a label of that name.
  bool extracts(const std::string& name) const { return from_ != From::kJsonPath || paths_.contains(name); }
  /// A label that it may extract is there for every line that parses, though perhaps empty (logql.md §7.6).
  bool absent_is_empty() const { return from_ == From::kJsonPath; }
  /// Filters run when it extracts their label (logql.md §5.1).
  bool filters_early() const { return from_ != From::kJsonPath; }

  /// The column of a label that it may extract. `number`: nothing but numbers are asked of it.
  WantedField column(const std::string& name, bool number) const;
  /// A column that is undecided where a line fails.
  WantedField failures() const;

 private:
  using From = WantedField::From;
  using Paths = std::map<std::string, std::vector<std::string>>;

  From from_ = From::kJson;
  std::shared_ptr<const LinePattern> pattern_;  // of kPattern
  Paths paths_;                                 // of kJsonPath, by label
};

}  // namespace sleipnir::logql
