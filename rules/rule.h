#pragma once
// Rules as their authors write them: plain data. rule_yaml.h reads and writes them, validate.h checks them.
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/labels.h"
#include "base/time.h"

namespace sleipnir::rules {

/// A recording rule (`record`: the name of the series that it makes) or an alerting rule (`alert`: the name of its alerts). A valid rule is one of both.
struct Rule {
  std::string record, alert;
  std::string expr;          ///< LogQL, a metric query
  Nanos hold = 0;            ///< `for`: an alert is pending this long before it fires
  Nanos keep_firing = 0;     ///< `keep_firing_for`: it fires this long after its condition ended
  LabelSet labels;           ///< of alerting rules the values are templates
  LabelSet annotations;      ///< templates

  bool alerting() const { return !alert.empty(); }
  const std::string& name() const { return alerting() ? alert : record; }
  bool operator==(const Rule&) const = default;
};

/// Rules that are evaluated one after the other, at the same instant.
struct RuleGroup {
  std::string name;
  Nanos interval = 0;   ///< 0: the server's
  uint64_t limit = 0;   ///< most alerts, or series, that one rule may make; 0 = any number
  std::vector<Rule> rules;
  bool operator==(const RuleGroup&) const = default;
};

/// A tenant's rules: the groups of each namespace, as they were written. A namespace is a file.
using Namespaces = std::map<std::string, std::vector<RuleGroup>>;

}  // namespace sleipnir::rules
