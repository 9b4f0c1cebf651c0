#include "logql/engine/column_labels.h"

#include <algorithm>

#include "logql/engine/pipeline_error.h"

namespace sleipnir::logql {

using Origin = ColumnPlan::Origin;

std::optional<size_t> ColumnLabels::find(const std::string& name) {
  if (name.ends_with("_extracted") || is_error_label(name)) return {};
  const auto known = here_.find(name);
  if (known != here_.end()) return known->second;
  return make(name, !kept_ || kept_->contains(name) ? Origin::kParser : Origin::kNone);
}

size_t ColumnLabels::make(const std::string& name, Origin origin) {
  columns_.names.push_back(name);
  columns_.origins.push_back(origin);
  return here_[name] = columns_.names.size() - 1;
}

void ColumnLabels::keep(const std::set<std::string>& names) {
  std::set<std::string> removed;
  for (const auto& [name, label] : here_)
    if (!names.contains(name)) removed.insert(name);
  for (const std::string& name : removed) remove(name);
  if (!kept_) kept_ = names;
  else std::erase_if(*kept_, [&](const std::string& name) { return !names.contains(name); });
}

bool ColumnLabels::observed(const std::string& name) const { return std::find(columns_.names.begin(), columns_.names.end(), name) != columns_.names.end(); }

}  // namespace sleipnir::logql
