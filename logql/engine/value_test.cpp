#include "logql/engine/value_test.h"

namespace sleipnir::logql {

Answer ValueTest::of(std::optional<std::string_view> value, double* unwrapped) {
  static const LabelSet kNone;
  if (value) labels_.set(name_, *value);
  ProcessedRow out;
  if (!runner_->run(value ? labels_ : kNone, kNone, 0, {}, out)) return Answer::kFail;
  if (unwrapped) *unwrapped = out.value;
  return out.labels->error().empty() ? Answer::kPass : Answer::kError;
}

}  // namespace sleipnir::logql
