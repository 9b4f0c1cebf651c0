#include "logql/stages/template_row.h"

#include <algorithm>

namespace sleipnir::logql {
namespace {

using Labels = std::vector<std::pair<std::string_view, std::string_view>>;

void collect(const RowLabels& labels, Labels& out) {
  out.clear();
  labels.for_each([&](std::string_view name, std::string_view value, Category) { out.emplace_back(name, value); });
  if (!labels.error().empty()) out.emplace_back(kErrorLabel, labels.error());
  if (!labels.error_details().empty()) out.emplace_back(kErrorDetailsLabel, labels.error_details());
  std::sort(out.begin(), out.end());
}

}  // namespace

void TemplateRow::freeze() {
  collect(row_.labels, row_.scratch.labels);
  frozen_ = true;
}

std::optional<std::string_view> TemplateRow::get(std::string_view name) const {
  if (!frozen_) return row_.labels.get(name);
  const Labels& labels = row_.scratch.labels;
  const auto at = std::lower_bound(labels.begin(), labels.end(), name, [](const auto& l, std::string_view n) { return l.first < n; });
  if (at == labels.end() || at->first != name) return {};
  return at->second;
}

Labels TemplateRow::all() const {
  if (frozen_) return row_.scratch.labels;
  Labels labels;
  collect(row_.labels, labels);
  return labels;
}

}  // namespace sleipnir::logql
