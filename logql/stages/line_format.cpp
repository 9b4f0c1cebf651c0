// `| line_format "…"` (logql.md §7.13).
#include "logql/stages/template_row.h"

namespace sleipnir::logql {
namespace {

class LineFormatter : public RowStage {
 public:
  explicit LineFormatter(Template text) : template_(std::move(text)) {}

  bool process(Row& row) const override {
    if (const std::string* field = template_.single_field()) {
      row.line = row.labels.find(*field).value_or(std::string_view());
      return true;
    }
    std::string& out = row.scratch.text;
    out.clear();
    if (const auto done = template_.execute(TemplateRow(row), out); !done) {
      row.labels.set_error(kTemplateError, done.error().message);
    } else {
      row.line = row.labels.keep(out);
    }
    return true;
  }

 private:
  Template template_;
};

}  // namespace

Result<RowStagePtr> make_stage(const LineFormatStage& stage) {
  auto compiled = Template::compile("line", stage.text);
  if (!compiled) return invalid("invalid line template: " + compiled.error().message);
  return RowStagePtr(std::make_unique<LineFormatter>(std::move(*compiled)));
}

}  // namespace sleipnir::logql
