#include "logql/engine/pipeline_error.h"

namespace sleipnir::logql {

bool is_error_label(std::string_view name) { return name == "__error__" || name == "__error_details__" || name == "__preserve_error__"; }

bool fails_query(const LabelSet& series) {
  return series.contains("__error__") && series.get("__preserve_error__") != "true";
}

Error pipeline_error(const LabelSet& series) {
  std::string error(series.get("__error__"));
  return invalid("pipeline error: '" + error + "' for series: '" + series.to_string() +
                 "'.\n"
                 "Use a label filter to intentionally skip this error. (e.g | __error__!=\"" +
                 error +
                 "\").\n"
                 "To skip all potential errors you can match empty errors.(e.g __error__=\"\")\n"
                 "The label filter can also be specified after unwrap. (e.g | unwrap latency | __error__=\"\" )\n");
}

}  // namespace sleipnir::logql
