#pragma once
// A label filter over one label, and a conversion of `unwrap`, asked of values rather than of rows. The pipeline itself decides, so the
// answer is the same; it is asked once a distinct value.
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "logql/stages/pipeline.h"

namespace sleipnir::logql {

enum class Answer : uint8_t {
  kFail,
  kPass,
  kError,  ///< a conversion failed: the row is marked
};

/// One thread.
class ValueTest {
 public:
  /// `pipeline` looks at no label but `name`, and must outlive this.
  ValueTest(const Pipeline& pipeline, std::string name) : runner_(pipeline.runner()), name_(std::move(name)) {}

  /// nullopt: there is no such label. `unwrapped` becomes what the pipeline's unwrap gives.
  Answer of(std::optional<std::string_view> value, double* unwrapped = nullptr);

 private:
  std::unique_ptr<Runner> runner_;
  std::string name_;
  LabelSet labels_;
};

}  // namespace sleipnir::logql
