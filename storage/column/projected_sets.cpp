#include "storage/column/projected_sets.h"

#include <algorithm>

#include "storage/bytes.h"

namespace sleipnir::storage {
namespace {

/// Selects labels of coded sets by their names. Most sets have the names of the set before, place by place.
class Selector {
 public:
  explicit Selector(const std::vector<std::string>& names) : names_(names) {}

  /// Makes `out` the set of those labels that are wanted.
  void select(std::string_view set, std::string& out) {
    labels_.clear();
    uint64_t count = 0;
    each_coded_label(set, [&](size_t place, std::string_view name, std::string_view value) {
      if (place == places_.size()) places_.emplace_back();
      Place& at = places_[place];
      if (at.name != name) at = {name, std::find(names_.begin(), names_.end(), name) != names_.end()};
      if (!at.wanted) return;
      put_bytes(labels_, name);
      put_bytes(labels_, value);
      ++count;
    });
    out.clear();
    put_varint(out, count);
    out += labels_;
  }

 private:
  struct Place {
    std::string_view name;
    bool wanted = false;
  };
  const std::vector<std::string>& names_;
  std::vector<Place> places_;
  std::string labels_;
};

}  // namespace

ProjectedSets::ProjectedSets(std::vector<std::string_view> sets, const std::vector<std::string>* names) {
  if (!names) {
    sets_ = std::move(sets);
    decoded_.resize(sets_.size());
    return;
  }
  Selector selector(*names);
  std::string set;
  codes_.reserve(sets.size());
  for (const std::string_view all : sets) {
    selector.select(all, set);
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
