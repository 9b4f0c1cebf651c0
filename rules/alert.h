#pragma once
#include <string_view>

#include "base/labels.h"
#include "base/time.h"

namespace sleipnir::rules {

enum class AlertState { kInactive, kPending, kFiring };

/// As the API and Grafana say it.
constexpr std::string_view to_string(AlertState state) {
  return state == AlertState::kFiring ? "firing" : state == AlertState::kPending ? "pending" : "inactive";
}

/// One label set for which the condition of an alerting rule holds, or has held. Times are 0 where there is none yet.
struct Alert {
  AlertState state = AlertState::kPending;
  LabelSet labels;                ///< with `alertname`
  LabelSet annotations;
  double value = 0;               ///< of the last evaluation that found it
  Nanos active_at = 0;            ///< first evaluation that found it
  Nanos fired_at = 0;
  Nanos keep_firing_since = 0;    ///< its condition ended then, and it fires on for a while
  Nanos resolved_at = 0;          ///< it fired and is over
  Nanos sent_at = 0;              ///< handed to the notifiers
  Nanos valid_until = 0;          ///< when receivers may take it for over without hearing of it; of what was handed to them last
};

}  // namespace sleipnir::rules
