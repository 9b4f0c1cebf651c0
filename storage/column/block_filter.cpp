#include "storage/column/block_filter.h"

#include <algorithm>

namespace sleipnir::storage {
namespace {

using Kind = Predicate::Kind;

/// into[i] = combine(into[i], from[i]); vectors of one length.
template <class Combine>
void each_of(Verdicts& into, const Verdicts& from, Combine combine) {
  uint8_t* __restrict to = into.data();
  const uint8_t* __restrict at = from.data();
  for (size_t i = 0, n = into.size(); i < n; ++i) to[i] = combine(to[i], at[i]);
}

/// Label comparisons look at streams, field comparisons at one column, searches at many.
int cost(const PreparedPredicate& p) { return p->kind == Kind::kMetadata ? 0 : p->kind == Kind::kField ? 1 : 2; }

/// The ranges without those that are decided; they shrink to where rows are left.
std::vector<RowRange> undecided(std::vector<RowRange> ranges, const Verdicts& verdicts, uint8_t decided, bool shrink) {
  const auto is_decided = [&](uint8_t v) { return v == decided; };
  std::erase_if(ranges, [&](const RowRange& r) { return std::all_of(verdicts.begin() + r.begin, verdicts.begin() + r.end, is_decided); });
  for (RowRange& r : ranges) {
    while (shrink && is_decided(verdicts[r.begin])) ++r.begin;
    while (shrink && is_decided(verdicts[r.end - 1])) --r.end;
  }
  return ranges;
}

}  // namespace

Result<Verdicts> BlockFilter::verdicts(const PreparedPredicate& where) {
  switch (where->kind) {
    case Kind::kLineContains: return LineFilter(rows_).contains(where->text);
    case Kind::kLineRegex: return matches(where);
    case Kind::kNot: return negated(where);
    case Kind::kMetadata: return fields_.metadata(where);
    case Kind::kField: return fields_.field(where);
    case Kind::kAnd:
    case Kind::kOr: return combined(where);
  }
  return rows_.all(kMaybe);
}

Result<Verdicts> BlockFilter::negated(const PreparedPredicate& where) {
  if (where.children().size() != 1) return rows_.all(kMaybe);
  auto out = verdicts(*where.children()[0]);
  if (!out) return out;
  for (uint8_t& v : *out) v = static_cast<uint8_t>(kYes - v);
  return out;
}

/// Cheap children first; what And has cut down to few rows is all that the others look at.
Result<Verdicts> BlockFilter::combined(const PreparedPredicate& where) {
  const bool is_and = where->kind == Kind::kAnd;
  const std::vector<RowRange> all = rows_.ranges();
  std::vector<const PreparedPredicate*> children;
  for (const auto& child : where.children()) children.push_back(child.get());
  std::stable_sort(children.begin(), children.end(), [](auto* a, auto* b) { return cost(*a) < cost(*b); });
  Verdicts out = rows_.all(is_and ? kYes : kNo);
  for (const PreparedPredicate* child : children) {
    auto of_child = verdicts(*child);
    if (!of_child) return of_child;
    if (is_and) each_of(out, *of_child, [](uint8_t a, uint8_t b) { return std::min(a, b); });
    else each_of(out, *of_child, [](uint8_t a, uint8_t b) { return std::max(a, b); });
    rows_.ask(undecided(rows_.ranges(), out, is_and ? kNo : kYes, is_and));
    if (rows_.ranges().empty()) break;
  }
  rows_.ask(all);
  return out;
}

Result<Verdicts> BlockFilter::matches(const PreparedPredicate& regex) {
  const Predicate& required = *regex.required();
  const bool says_nothing = required.kind == Kind::kAnd && required.children.empty();
  if (says_nothing) return rows_.all(kMaybe);
  auto decided = LineFilter(rows_).matches(regex);
  if (!decided) return decided.error();
  if (*decided) return std::move(**decided);
  auto out = verdicts(regex.required());
  if (!out) return out;
  for (uint8_t& v : *out) v = std::min<uint8_t>(v, kMaybe);
  return out;
}

}  // namespace sleipnir::storage
