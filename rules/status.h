#pragma once
// What is known of rules at a moment, for those who ask: plain data.
#include <string>
#include <vector>

#include "rules/alert.h"
#include "rules/rule.h"

namespace sleipnir::rules {

enum class Health { kUnknown, kOk, kError };  ///< unknown: not evaluated yet

struct RuleStatus {
  Rule rule;
  Health health = Health::kUnknown;
  std::string last_error;
  Nanos last_evaluation = 0;   ///< 0: never
  Nanos evaluation_time = 0;   ///< how long it took
  AlertState state = AlertState::kInactive;
  std::vector<Alert> alerts;   ///< pending and firing
};

struct GroupStatus {
  std::string name_space, name;
  Nanos interval = 0;
  uint64_t limit = 0;
  Nanos last_evaluation = 0, evaluation_time = 0;
  std::vector<RuleStatus> rules;
};

}  // namespace sleipnir::rules
