// `| label_format a=b, c="…"` (logql.md §7.14).
#include <set>

#include "logql/stages/template_row.h"

namespace sleipnir::logql {
namespace {

struct Format {
  std::string name;
  std::string source;                 // the label to rename, where there is no template
  std::optional<Template> text;
};

class LabelFormatter : public RowStage {
 public:
  explicit LabelFormatter(std::vector<Format> formats) : formats_(std::move(formats)) {}

  bool process(Row& row) const override {
    std::optional<TemplateRow> before;  // what all templates see: the labels when the first of them runs
    for (const Format& f : formats_) {
      if (!f.text) {
        rename(row, f);
        continue;
      }
      if (!before) before.emplace(row).freeze();
      std::string& out = row.scratch.text;
      out.clear();
      if (const auto done = f.text->execute(*before, out); !done) {
        row.labels.set_error(kTemplateError, done.error().message);
      } else {
        row.labels.set_parsed(f.name, row.labels.keep(out));
      }
    }
    return true;
  }

 private:
  static void rename(Row& row, const Format& f) {
    const auto value = row.labels.find(f.source);
    if (!value) return;
    row.labels.set_parsed(f.name, *value);
    row.labels.erase(f.source);
  }

  std::vector<Format> formats_;
};

}  // namespace

Result<RowStagePtr> make_stage(const LabelFormatStage& stage) {
  std::set<std::string> names;
  for (const auto& item : stage.items) {
    if (item.name == kErrorLabel) return invalid(item.name + " cannot be formatted");
    if (!names.insert(item.name).second) return invalid("multiple label name '" + item.name + "' not allowed in a single format operation");
  }
  std::vector<Format> formats;
  for (const auto& item : stage.items) {
    Format f{item.name, item.rename ? item.value : "", {}};
    if (!item.rename) {
      auto compiled = Template::compile("label", item.value);
      if (!compiled) return invalid("invalid template for label '" + item.name + "': " + compiled.error().message);
      f.text = std::move(*compiled);
    }
    formats.push_back(std::move(f));
  }
  return RowStagePtr(std::make_unique<LabelFormatter>(std::move(formats)));
}

}  // namespace sleipnir::logql
