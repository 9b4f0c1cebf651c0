#pragma once
// The Go text/template subset of `line_format` and `label_format` (specification template.md).
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace sleipnir::logql {

/// What a template sees of a row. `get` is the label's value, nullopt where missing; `all` lists every label sorted by name.
class TemplateData {
 public:
  virtual ~TemplateData() = default;
  virtual std::optional<std::string_view> get(std::string_view name) const = 0;
  virtual std::vector<std::pair<std::string_view, std::string_view>> all() const = 0;
  virtual std::string_view line() const = 0;
  virtual Nanos timestamp() const = 0;
};

/// A compiled template: immutable, shared by threads.
class Template {
 public:
  /// `name` is `line` or `label` (it stands in messages). Errors: `template: line:1: unclosed action`, … (template.md §1), without
  /// the prefix that the stage adds.
  static Result<Template> compile(std::string_view name, std::string_view text);

  /// Appends the text to `out`. On an execution error `out` is as before and the message is
  /// `template: line:1:14: executing "line" at <div 0>: error calling div: …`. Output and steps are bounded (error, never endless).
  Result<void> execute(const TemplateData& data, std::string& out) const;

  /// Labels that the template names; nullopt when it may read any (`.`/`$` as a whole, `index . x`).
  std::optional<std::vector<std::string>> labels() const;
  /// Set when the template is exactly `{{.name}}`: then the stage copies the value and never fails.
  const std::string* single_field() const;
  bool uses_line() const;
  /// It calls for the row's timestamp, or for the current time.
  bool uses_time() const;

 private:
  struct Impl;
  std::shared_ptr<const Impl> impl_;
};

}  // namespace sleipnir::logql
