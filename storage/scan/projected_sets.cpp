#include "storage/scan/projected_sets.h"

#include <algorithm>

#include "storage/bytes.h"

namespace sleipnir::storage {
namespace {

/// Appends those labels of a coded set that have one of these names, as they lie there; returns how many there are.
uint64_t select(std::string_view set, const std::vector<std::string>& names, std::string& out) {
  uint64_t count = 0;
  ByteReader in(set);
  for (uint64_t n = in.count(2); n > 0; --n) {
    const char* begin = in.position();
    const std::string_view name = in.bytes();
    in.bytes();
    if (std::find(names.begin(), names.end(), name) == names.end()) continue;
    out.append(begin, in.position() - begin);
    ++count;
  }
  return count;
}

}  // namespace

ProjectedSets::ProjectedSets(std::vector<std::string_view> sets, const std::vector<std::string>* names) {
  if (!names) {
    sets_ = std::move(sets);
    decoded_.resize(sets_.size());
    return;
  }
  std::string labels, set;
  codes_.reserve(sets.size());
  for (const std::string_view all : sets) {
    labels.clear();
    set.clear();
    put_varint(set, select(all, *names, labels));
    set += labels;
    if (codes_.empty() || sets_[codes_.back()] != set) {
      const auto [at, fresh] = known_.try_emplace(set, static_cast<uint32_t>(sets_.size()));
      if (fresh) sets_.push_back(at->first);
      codes_.push_back(at->second);
    } else {
      codes_.push_back(codes_.back());
    }
  }
  decoded_.resize(sets_.size());
}

const LabelSet& ProjectedSets::labels(uint32_t code) {
  if (!decoded_[code]) {
    ByteReader in(sets_[code]);
    decoded_[code] = std::make_unique<LabelSet>(read_labels(in));
  }
  return *decoded_[code];
}

}  // namespace sleipnir::storage
