#include "storage/column/projected_sets.h"

#include <algorithm>
#include <bit>

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

/// Numbers the distinct tuples of the rows' values in some columns, in order of appearance.
class Tuples {
 public:
  explicit Tuples(size_t rows) : codes(rows, 0), firsts(rows ? 1 : 0, 0) {}

  void add(const Column& column) {
    if (column.codes.empty() || firsts.size() == codes.size()) return;
    const uint64_t values = column.dictionary.size() + 1, keys = firsts.size() * values;
    slots_.assign(std::bit_ceil(std::min<uint64_t>(keys, 2 * codes.size())), {});
    firsts_of_new_.clear();
    const size_t mask = slots_.size() - 1;
    const bool direct = keys <= slots_.size();
    for (uint32_t row = 0; row < codes.size(); ++row) {
      const uint64_t key = codes[row] * values + std::min<uint64_t>(column.codes[row], values - 1);
      size_t at = direct ? key : (key * 0x9e3779b97f4a7c15ull >> 32) & mask;
      while (slots_[at].code != kFree && slots_[at].key != key) at = (at + 1) & mask;
      if (slots_[at].code == kFree) {
        slots_[at] = {key, static_cast<uint32_t>(firsts_of_new_.size())};
        firsts_of_new_.push_back(row);
      }
      codes[row] = slots_[at].code;
    }
    firsts.swap(firsts_of_new_);
  }

  std::vector<uint32_t> codes;   ///< of each row
  std::vector<uint32_t> firsts;  ///< the first row of each tuple

 private:
  static constexpr uint32_t kFree = UINT32_MAX;
  struct Slot {
    uint64_t key = 0;
    uint32_t code = kFree;
  };
  std::vector<Slot> slots_;
  std::vector<uint32_t> firsts_of_new_;
};

/// The coded set of one row.
void put_row(std::string& out, std::span<const ProjectedSets::OfName> columns, uint32_t row) {
  const auto code = [&](const Column& column) { return column.codes.empty() ? 0 : column.codes[row]; };
  put_varint(out, static_cast<uint64_t>(std::count_if(columns.begin(), columns.end(), [&](const auto& c) { return code(*c.column) != Column::kAbsent; })));
  for (const auto& [name, column] : columns) {
    if (code(*column) == Column::kAbsent) continue;
    put_bytes(out, name);
    put_bytes(out, column->dictionary[code(*column)]);
  }
}

}  // namespace

ProjectedSets::ProjectedSets(std::span<const OfName> columns, size_t rows) {
  Tuples tuples(rows);
  std::vector<const Column*> of;  // that of most values first: it may tell all rows apart
  for (const OfName& c : columns) of.push_back(c.column);
  std::stable_sort(of.begin(), of.end(), [](const Column* a, const Column* b) { return a->dictionary.size() > b->dictionary.size(); });
  for (const Column* column : of) tuples.add(*column);
  std::string set;
  for (const uint32_t row : tuples.firsts) {
    set.clear();
    put_row(set, columns, row);
    texts_.append(set);
  }
  sets_ = texts_.entries();
  codes_ = std::move(tuples.codes);
  decoded_.resize(sets_.size());
}

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

Result<ProjectedSets> project_columns(const BlockMeta& meta, const std::vector<std::string>* names, size_t rows, const std::function<Result<const Column*>(const std::string&)>& column) {
  std::vector<ProjectedSets::OfName> columns;
  for (const FieldChunk& f : meta.metadata_fields()) {
    const std::string& name = f.field.path[0];
    if (names && !std::binary_search(names->begin(), names->end(), name)) continue;
    auto of = column(name);
    if (!of) return of.error();
    columns.push_back({name, *of});
  }
  return ProjectedSets(columns, rows);
}

const LabelSet& ProjectedSets::labels(uint32_t code) {
  if (!decoded_[code]) {
    ByteReader in(sets_[code]);
    decoded_[code] = std::make_unique<LabelSet>(read_labels(in));
  }
  return *decoded_[code];
}

}  // namespace sleipnir::storage
