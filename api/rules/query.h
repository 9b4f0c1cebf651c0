#pragma once
#include "api/config/config.h"
#include "base/scan.h"
#include "rules/query.h"

namespace sleipnir::api {

/// How rules ask their questions: under the same limits as an instant query of the API. Both arguments must outlive what it returns.
rules::Query rule_query(const Config& config, Source& source);

}  // namespace sleipnir::api
