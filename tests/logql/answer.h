#pragma once
#include <string>

#include "base/scan.h"
#include "logql/script.h"

namespace sleipnir::testing {

/// Asks the engine and compares. "" where the answer is what the script expects, else what differs, a line each.
std::string difference(const Eval& eval, Source& source, const std::string& tenant, Nanos base);

}  // namespace sleipnir::testing
