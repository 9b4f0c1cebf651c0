#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "logql/engine/column_plan.h"

namespace sleipnir::logql {

/// Follows a pipeline behind its parser and knows which label of the plan a name means there.
class ColumnLabels {
 public:
  explicit ColumnLabels(ColumnPlan& columns) : columns_(columns) {}

  /// nullopt for names of error labels, and for one that may stem from two keys of a line.
  std::optional<size_t> find(const std::string& name);
  /// From here on the name means a new label.
  size_t make(const std::string& name, ColumnPlan::Origin origin);
  /// From here on there is no label of that name.
  void remove(const std::string& name) { make(name, ColumnPlan::Origin::kNone); }
  /// From here on there are no others.
  void keep(const std::set<std::string>& names);
  /// It has been asked for, somewhere.
  bool observed(const std::string& name) const;

 private:
  ColumnPlan& columns_;
  std::map<std::string, size_t> here_;
  std::optional<std::set<std::string>> kept_;
};

}  // namespace sleipnir::logql
