#include "rules/recording_rule.h"

#include <set>

namespace sleipnir::rules {

Result<std::vector<VectorSample>> record(const Rule& rule, std::vector<VectorSample> answer, uint64_t limit) {
  std::set<LabelSet> distinct;
  for (VectorSample& sample : answer) {
    for (const Label& label : rule.labels) {
      if (label.value.empty()) sample.labels.erase(label.name);
      else sample.labels.set(label.name, label.value);
    }
    sample.labels.set("__name__", rule.record);
    if (!distinct.insert(sample.labels).second)
      return Error{ErrorKind::kExecution, "vector contains metrics with the same labelset after applying rule labels"};
  }
  if (limit != 0 && answer.size() > limit)
    return Error{ErrorKind::kExecution, "exceeded limit of " + std::to_string(limit) + " with " + std::to_string(answer.size()) + " series"};
  return answer;
}

}  // namespace sleipnir::rules
