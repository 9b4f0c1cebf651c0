#include "logql/template/alert_template.h"

#include "logql/template/executor.h"
#include "logql/template/parser.h"

namespace sleipnir::logql {
namespace {

using namespace gotemplate;

constexpr std::string_view kDefinitions = "{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}{{$externalURL := .ExternalURL}}{{$value := .Value}}";

class Labels : public TemplateData {
 public:
  explicit Labels(const LabelSet& labels) : labels_(labels) {}
  std::optional<std::string_view> get(std::string_view name) const override {
    const std::string* value = labels_.find(name);
    return value == nullptr ? std::nullopt : std::optional<std::string_view>(*value);
  }
  std::vector<std::pair<std::string_view, std::string_view>> all() const override {
    std::vector<std::pair<std::string_view, std::string_view>> out;
    for (const Label& label : labels_) out.emplace_back(label.name, label.value);
    return out;
  }
  std::string_view line() const override { return {}; }
  Nanos timestamp() const override { return 0; }

 private:
  const LabelSet& labels_;
};

}  // namespace

struct AlertTemplate::Impl {
  std::string name, text;
  Trees trees;
};

Result<AlertTemplate> AlertTemplate::compile(std::string_view alert, std::string_view text) {
  auto impl = std::make_shared<Impl>();
  impl->name = "__alert_" + std::string(alert);
  impl->text = std::string(kDefinitions) + std::string(text);
  auto trees = parse(impl->name, impl->text, Dialect::kAlert);
  if (!trees) return trees.error();
  impl->trees = std::move(*trees);
  AlertTemplate result;
  result.impl_ = std::move(impl);
  return result;
}

Result<std::string> AlertTemplate::execute(const AlertData& data) const {
  const Labels labels(data.labels), external_labels(data.external_labels);
  const Map root = {{"ExternalLabels", Value::of_labels(&external_labels)},
                    {"ExternalURL", Value::of_text(data.external_url)},
                    {"Labels", Value::of_labels(&labels)},
                    {"Value", Value::of_float(data.value)}};
  std::string out;
  if (auto done = gotemplate::execute(impl_->trees, impl_->name, impl_->text, Value::of_map(&root), labels, out); !done) return done.error();
  return out;
}

}  // namespace sleipnir::logql
