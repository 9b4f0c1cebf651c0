#include "logql/engine/grouping.h"

#include <algorithm>

namespace sleipnir::logql {

namespace {
bool among(std::string_view name, std::span<const std::string> names) {
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

bool groups_by(const Grouping& grouping, std::string_view name, std::string_view value) {
  return among(name, grouping.labels) ? !grouping.without : grouping.without && !value.empty();
}

LabelSet group_labels(const LabelSet& labels, const std::optional<Grouping>& grouping) {
  if (!grouping) return {};
  return grouping->without ? all_but(labels, grouping->labels) : only(labels, grouping->labels);
}

}  // namespace sleipnir::logql
