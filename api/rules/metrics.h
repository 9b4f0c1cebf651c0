#pragma once
#include <string>

#include "rules/ruler.h"

namespace sleipnir::api {

/// Appends what the ruler counts, in Prometheus's text form.
void append_ruler_metrics(std::string& out, const rules::Ruler& ruler);

}  // namespace sleipnir::api
