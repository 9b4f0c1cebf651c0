// `| drop` and `| keep` (logql.md §7.15).
#include <algorithm>

#include "logql/stages/stage.h"

namespace sleipnir::logql {
namespace {

class DropLabels : public RowStage {
 public:
  explicit DropLabels(std::vector<NamedMatcher> items) : items_(std::move(items)) {}

  bool process(Row& row) const override {
    for (const NamedMatcher& item : items_) {
      if (item.name == kErrorLabel) {
        if (matches(item, row.labels.error())) row.labels.clear_error();
      } else if (item.name == kErrorDetailsLabel) {
        if (matches(item, row.labels.error_details())) row.labels.set_error_details("");
      } else if (matches(item, row.labels.find(item.name).value_or(std::string_view()))) {
        row.labels.erase(item.name);
      }
    }
    return true;
  }

 private:
  static bool matches(const NamedMatcher& item, std::string_view value) { return !item.matcher || item.matcher->matches(value); }
  std::vector<NamedMatcher> items_;
};

class KeepLabels : public RowStage {
 public:
  explicit KeepLabels(std::vector<NamedMatcher> items) : items_(std::move(items)) {}

  bool process(Row& row) const override {
    row.labels.erase_unless([&](std::string_view name, std::string_view value) {
      return name == kPreserveErrorLabel || name == kErrorLabel || name == kErrorDetailsLabel || kept(name, value);
    });
    return true;
  }

 private:
  bool kept(std::string_view name, std::string_view value) const {
    return std::any_of(items_.begin(), items_.end(),
                       [&](const NamedMatcher& item) { return item.name == name && (!item.matcher || item.matcher->matches(value)); });
  }
  std::vector<NamedMatcher> items_;
};

}  // namespace

Result<RowStagePtr> make_stage(const DropStage& stage) { return RowStagePtr(std::make_unique<DropLabels>(stage.items)); }
Result<RowStagePtr> make_stage(const KeepStage& stage) { return RowStagePtr(std::make_unique<KeepLabels>(stage.items)); }

}  // namespace sleipnir::logql
