#pragma once
// Templates in the labels and annotations of alerting rules: Prometheus's dialect.
//
//   {{ $labels.feature }} fails {{ $value | humanize }} times      {{ .Labels.feature }}, {{ .Value }} are the same
#include <memory>
#include <string>
#include <string_view>

#include "base/labels.h"
#include "base/result.h"

namespace sleipnir::logql {

/// What such a template sees. The references must live as long as it executes.
struct AlertData {
  const LabelSet& labels;           ///< $labels, .Labels
  double value = 0;                 ///< $value, .Value
  const LabelSet& external_labels;  ///< $externalLabels, .ExternalLabels
  std::string_view external_url;    ///< $externalURL, .ExternalURL
};

/// Immutable, shared by threads.
class AlertTemplate {
 public:
  /// `alert` is the rule's name. Errors are Go's: `template: __alert_Name:1: unclosed action`. Of Prometheus's functions those that ask queries
  /// (`query` and what works on its result) and those about its own pages are not defined.
  static Result<AlertTemplate> compile(std::string_view alert, std::string_view text);
  Result<std::string> execute(const AlertData& data) const;

 private:
  struct Impl;
  std::shared_ptr<const Impl> impl_;
};

}  // namespace sleipnir::logql
