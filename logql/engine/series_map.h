#pragma once
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "base/labels.h"

namespace sleipnir::logql {

/// Gives each label set an index, dense from 0, in order of first appearance.
class SeriesMap {
 public:
  uint32_t index(const LabelSet& labels) {
    auto [it, added] = indexes_.try_emplace(labels, static_cast<uint32_t>(by_index_.size()));
    if (added) by_index_.push_back(&it->first);
    return it->second;
  }
  size_t size() const { return by_index_.size(); }
  const LabelSet& labels(uint32_t index) const { return *by_index_[index]; }

 private:
  std::unordered_map<LabelSet, uint32_t, LabelSetHash> indexes_;
  std::vector<const LabelSet*> by_index_;  // nodes of the map do not move
};

}  // namespace sleipnir::logql
