#include "logql/engine/grouping.h"

#include <algorithm>

namespace sleipnir::logql {

namespace {
bool among(const std::string& name, std::span<const std::string> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}
}  // namespace

LabelSet only(const LabelSet& labels, std::span<const std::string> names) {
  std::vector<Label> kept;
  for (const Label& label : labels)
    if (among(label.name, names)) kept.push_back(label);
  return LabelSet(std::move(kept));
}

LabelSet all_but(const LabelSet& labels, std::span<const std::string> names) {
  std::vector<Label> kept;
  for (const Label& label : labels)
    if (!label.value.empty() && !among(label.name, names)) kept.push_back(label);
  return LabelSet(std::move(kept));
}

LabelSet group_labels(const LabelSet& labels, const std::optional<Grouping>& grouping) {
  if (!grouping) return {};
  return grouping->without ? all_but(labels, grouping->labels) : only(labels, grouping->labels);
}

}  // namespace sleipnir::logql
