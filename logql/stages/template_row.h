#pragma once
// A row as templates see it.
#include "logql/stages/stage.h"
#include "logql/template/template.h"

namespace sleipnir::logql {

/// Labels as they are at the moment of each question, or with freeze() as they were then. Errors are labels here.
class TemplateRow : public TemplateData {
 public:
  explicit TemplateRow(Row& row) : row_(row) {}
  void freeze();

  std::optional<std::string_view> get(std::string_view name) const override;
  std::vector<std::pair<std::string_view, std::string_view>> all() const override;
  std::string_view line() const override { return row_.line; }
  Nanos timestamp() const override { return row_.timestamp; }

 private:
  Row& row_;
  bool frozen_ = false;  // then row_.scratch.labels holds the labels, sorted
};

}  // namespace sleipnir::logql
