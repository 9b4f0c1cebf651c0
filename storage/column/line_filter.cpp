#include "storage/column/line_filter.h"

#include <algorithm>
#include <map>

#include "storage/column/search_time.h"

namespace sleipnir::storage {

Result<const LineFilter::Tested*> LineFilter::tested(uint32_t f, const TextTest& test) {
  for (const auto& t : tested_)
    if (t->field == f && t->test == test) return t.get();
  auto tested = std::make_unique<Tested>(Tested{f, test, 0, {}});
  auto may_hold = rows_.may_hold(f, test);
  if (!may_hold) return may_hold.error();
  if (*may_hold) {
    auto values = rows_.reader().values(f);
    if (!values) return values.error();
    RowRange ranks{0, (*values)->size()};
    if (!rows_.whole()) {
      auto view = rows_.reader().field(f);
      if (!view) return view.error();
      ranks = rows_.ranks_of(*view);
    }
    tested->first = ranks.begin;
    tested->hits.resize(ranks.size());
    (*values)->test(test, ranks.begin, tested->hits);
    if (std::none_of(tested->hits.begin(), tested->hits.end(), [](uint8_t h) { return h; })) tested->hits.clear();
  }
  return tested_.emplace_back(std::move(tested)).get();
}

/// The rows of these shapes on which every test of the alternative holds.
Result<void> LineFilter::mark(const std::vector<uint8_t>& of_shapes, const Alignment::Alternative& alternative, Verdicts& out) {
  std::vector<std::pair<View, const Tested*>> tests;
  for (const Alignment::SlotTest& t : alternative) {
    auto found = tested(t.slot, t.test);
    if (!found) return found.error();
    if ((*found)->hits.empty()) return {};
    auto view = rows_.reader().field(t.slot);
    if (!view) return view.error();
    tests.emplace_back(*view, *found);
  }
  auto codes = rows_.reader().shape_codes();
  if (!codes) return codes.error();
  const auto& [view, first] = tests[0];
  each_hit(view, *first, [&](uint32_t i) {
    if (!of_shapes[(**codes)[i]]) return;
    for (size_t t = 1; t < tests.size(); ++t)
      if (!tests[t].second->hits[tests[t].first.rank(i) - tests[t].second->first]) return;
    out[i] = kYes;
  });
  return {};
}

Result<Verdicts> LineFilter::contains(std::string_view needle) {
  if (needle.empty()) return rows_.all(kYes);
  const auto& all = rows_.meta().shapes;
  std::vector<uint8_t> of_shape(all.size() + 1, kNo);
  // Alternatives of several shapes that ask the same of the same fields are one; slots become fields.
  std::map<Alignment::Alternative, std::vector<uint8_t>> alternatives;
  for (size_t s = 0; s < all.size(); ++s) {
    auto alignment = align(all[s], needle);
    if (!alignment || alignment->always) {
      of_shape[s] = alignment ? kYes : kMaybe;
      continue;
    }
    for (Alignment::Alternative& a : alignment->alternatives) {
      for (Alignment::SlotTest& t : a) t.slot = all[s].slots[t.slot].field;
      auto& of_shapes = alternatives[std::move(a)];
      of_shapes.resize(all.size() + 1);
      of_shapes[s] = 1;
    }
  }
  Verdicts out = rows_.all(kNo);
  if (std::any_of(of_shape.begin(), of_shape.end(), [](uint8_t v) { return v != kNo; })) {
    auto codes = rows_.shapes();
    if (!codes) return codes.error();
    rows_.each_row([&](uint32_t i) { out[i] = of_shape[(*codes)[i]]; });
  }
  for (const auto& [alternative, of_shapes] : alternatives)
    if (auto done = mark(of_shapes, alternative, out); !done) return done.error();
  if (rows_.meta().raw_rows == 0) return out;
  auto lines = rows_.reader().raw();
  if (!lines) return lines.error();
  const RowRange ranks = rows_.ranks_of(*lines);
  std::vector<uint8_t> of_raw(ranks.size());
  lines->values->test({TextTest::Op::kContains, std::string(needle)}, ranks.begin, of_raw);
  rows_.each_value(*lines, [&](uint32_t i, uint32_t rank) { out[i] = verdict_of(of_raw[rank - ranks.begin]); });
  return out;
}

Result<std::optional<Verdicts>> LineFilter::matches(const PreparedPredicate& regex) {
  const Predicate& required = *regex.required();
  if (!regex.within_quotes() || !regex.test().usable() || required.kind != Predicate::Kind::kAnd || required.children.empty()) return std::optional<Verdicts>();
  // The longest literal says most about where a match can lie.
  const auto longest = std::max_element(required.children.begin(), required.children.end(), [](const Predicate& a, const Predicate& b) { return a.text.size() < b.text.size(); });
  if (longest->kind != Predicate::Kind::kLineContains) return std::optional<Verdicts>();
  return matches_in_values(regex, longest->text);
}

/// Exact where the literal, which every match holds, can only stand inside strings: a match then has the string's quotes on both sides.
/// nullopt where it may stand elsewhere.
Result<std::optional<Verdicts>> LineFilter::matches_in_values(const PreparedPredicate& regex, std::string_view literal) {
  const auto& all = rows_.meta().shapes;
  std::map<uint32_t, std::vector<uint8_t>> shapes_of_field;
  for (size_t s = 0; s < all.size(); ++s) {
    const auto alignment = align(all[s], literal);
    if (!alignment || alignment->always) return std::optional<Verdicts>();
    for (const Alignment::Alternative& a : alignment->alternatives) {
      const Slot& slot = all[s].slots[a[0].slot];
      const bool in_string = a.size() == 1 && a[0].test.op == TextTest::Op::kContains && (slot.kind == SlotKind::kPlain || slot.kind == SlotKind::kText);
      if (!in_string) return std::optional<Verdicts>();
      auto& of_shapes = shapes_of_field[slot.field];
      of_shapes.resize(all.size() + 1);
      of_shapes[s] = 1;
    }
  }
  Verdicts out = rows_.all(kNo);
  for (const auto& [field, of_shapes] : shapes_of_field)
    if (auto done = match_values(field, literal, regex.test(), of_shapes, out); !done) return done.error();
  if (rows_.meta().raw_rows == 0) return std::optional(std::move(out));
  auto lines = rows_.reader().raw();
  if (!lines) return lines.error();
  std::string line;
  SearchTime time;
  rows_.each_value(*lines, [&](uint32_t i, uint32_t rank) {
    line.clear();
    lines->values->append(rank, line);
    out[i] = time.over(line.size()) ? kMaybe : verdict_of(regex.test().holds(line));
  });
  return std::optional(std::move(out));
}

Result<void> LineFilter::match_values(uint32_t f, std::string_view literal, const PredicateTest& test, const std::vector<uint8_t>& of_shapes, Verdicts& out) {
  auto found = tested(f, {TextTest::Op::kContains, std::string(literal)});
  if (!found) return found.error();
  if ((*found)->hits.empty()) return {};
  auto view = rows_.reader().field(f);
  auto codes = rows_.reader().shape_codes();
  if (!view || !codes) return view ? codes.error() : view.error();
  const Values& values = *view->values;
  SearchTime time;
  const auto verdict = [&](std::string_view text) { return time.over(text.size()) ? kMaybe : verdict_of(test.holds(text)); };
  std::vector<uint8_t> of_entry;
  for (uint32_t e = 0; e < values.entries(); ++e) of_entry.push_back(verdict(values.entry(e)));
  std::string value;
  each_hit(*view, **found, [&](uint32_t i) {
    if (!of_shapes[(**codes)[i]]) return;
    const uint32_t rank = view->rank(i);
    if (!of_entry.empty()) {
      uint32_t code;
      values.codes(rank, {&code, 1});
      out[i] = std::max(out[i], of_entry[code]);
      return;
    }
    value.clear();
    values.append(rank, value);
    out[i] = std::max<uint8_t>(out[i], verdict(value));
  });
  return {};
}

}  // namespace sleipnir::storage
