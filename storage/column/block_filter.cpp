#include "storage/column/block_filter.h"

#include <algorithm>
#include <map>

#include "storage/bytes.h"
#include "storage/column/json_labels.h"
#include "storage/column/search_time.h"

namespace sleipnir::storage {

using Kind = Predicate::Kind;

namespace {

/// into[i] = combine(into[i], from[i]); vectors of one length.
template <class Combine>
void each_of(std::vector<uint8_t>& into, const std::vector<uint8_t>& from, Combine combine) {
  uint8_t* __restrict to = into.data();
  const uint8_t* __restrict at = from.data();
  for (size_t i = 0, n = into.size(); i < n; ++i) to[i] = combine(to[i], at[i]);
}

}  // namespace

BlockFilter::BlockFilter(BlockReader& reader, std::span<const Stream* const> streams, std::span<const RowRange> ranges)
    : reader_(reader), streams_(streams), ranges_(ranges.begin(), ranges.end()) {}

Result<std::span<const uint32_t>> BlockFilter::shapes() {
  if (shapes_.empty()) {
    auto codes = reader_.shape_codes();
    if (!codes) return codes.error();
    shapes_.resize(reader_.rows());
    (*codes)->unpack(0, shapes_);
  }
  return std::span<const uint32_t>(shapes_);
}

RowRange BlockFilter::ranks_of(const View& view) const {
  if (ranges_.empty()) return {0, 0};
  return {view.rank(ranges_.front().begin), view.rank(ranges_.back().end)};
}

Result<std::vector<uint8_t>> BlockFilter::verdicts(const PreparedPredicate& where) {
  switch (where->kind) {
    case Kind::kLineContains: return contains(where->text);
    case Kind::kLineRegex: return matches(where);
    case Kind::kNot: {
      if (where.children().size() != 1) return Verdicts(reader_.rows(), kMaybe);
      auto out = verdicts(*where.children()[0]);
      if (!out) return out;
      for (uint8_t& v : *out) v = static_cast<uint8_t>(kYes - v);
      return out;
    }
    case Kind::kMetadata: return labels(where, nullptr);
    case Kind::kField: return field(where);
    case Kind::kAnd:
    case Kind::kOr: return combined(where);
  }
  return Verdicts(reader_.rows(), kMaybe);
}

/// Cheap children first; what And has cut down to few rows is all that the others look at.
Result<BlockFilter::Verdicts> BlockFilter::combined(const PreparedPredicate& where) {
  const bool is_and = where->kind == Kind::kAnd;
  const std::vector<RowRange> all = ranges_;
  std::vector<const PreparedPredicate*> children;
  for (const auto& child : where.children()) children.push_back(child.get());
  const auto cost = [](const PreparedPredicate* p) { return (*p)->kind == Kind::kMetadata ? 0 : (*p)->kind == Kind::kField ? 1 : 2; };
  std::stable_sort(children.begin(), children.end(), [&](auto* a, auto* b) { return cost(a) < cost(b); });
  Verdicts out(reader_.rows(), is_and ? kYes : kNo);
  for (const PreparedPredicate* child : children) {
    auto of_child = verdicts(*child);
    if (!of_child) return of_child;
    if (is_and) each_of(out, *of_child, [](uint8_t a, uint8_t b) { return std::min(a, b); });
    else each_of(out, *of_child, [](uint8_t a, uint8_t b) { return std::max(a, b); });
    const auto decided = [&](const RowRange& r) { return std::all_of(out.begin() + r.begin, out.begin() + r.end, [&](uint8_t v) { return v == (is_and ? kNo : kYes); }); };
    std::erase_if(ranges_, decided);
    if (ranges_.empty()) break;
    if (!is_and) continue;
    // Ranges shrink to where rows are left.
    for (RowRange& r : ranges_) {
      while (out[r.begin] == kNo) ++r.begin;
      while (out[r.end - 1] == kNo) --r.end;
    }
    tested_.clear();
  }
  ranges_ = all;
  tested_.clear();
  return out;
}

Result<const BlockFilter::Tested*> BlockFilter::tested(uint32_t f, const TextTest& test) {
  for (const auto& t : tested_)
    if (t->field == f && t->test == test) return t.get();
  auto tested = std::make_unique<Tested>(Tested{f, test, 0, {}});
  auto may_hold = reader_.may_hold(f, test);
  if (!may_hold) return may_hold.error();
  if (*may_hold) {
    auto view = reader_.field(f);
    if (!view) return view.error();
    const RowRange ranks = ranks_of(*view);
    tested->first = ranks.begin;
    tested->hits.resize(ranks.size());
    view->values->test(test, ranks.begin, tested->hits);
    if (std::none_of(tested->hits.begin(), tested->hits.end(), [](uint8_t h) { return h; })) tested->hits.clear();
  }
  return tested_.emplace_back(std::move(tested)).get();
}

/// The rows of these shapes on which every test of the alternative holds.
Result<void> BlockFilter::mark(const std::vector<uint8_t>& of_shapes, const Alignment::Alternative& alternative, Verdicts& out) {
  auto codes = shapes();
  if (!codes) return codes.error();
  std::vector<std::pair<View, const Tested*>> tests;
  for (const Alignment::SlotTest& t : alternative) {
    auto found = tested(t.slot, t.test);
    if (!found) return found.error();
    if ((*found)->hits.empty()) return {};
    auto view = reader_.field(t.slot);
    if (!view) return view.error();
    tests.emplace_back(*view, *found);
  }
  const auto& [view, first] = tests[0];
  each_hit(view, *first, [&](uint32_t i) {
    if (!of_shapes[(*codes)[i]]) return;
    for (size_t t = 1; t < tests.size(); ++t)
      if (!tests[t].second->hits[tests[t].first.rank(i) - tests[t].second->first]) return;
    out[i] = kYes;
  });
  return {};
}

Result<BlockFilter::Verdicts> BlockFilter::contains(std::string_view needle) {
  if (needle.empty()) return Verdicts(reader_.rows(), kYes);
  const auto& all = reader_.meta().shapes;
  std::vector<uint8_t> of_shape(all.size() + 1, kNo);
  // Alternatives of several shapes that ask the same of the same fields are one; slots become fields.
  std::vector<std::pair<Alignment::Alternative, std::vector<uint8_t>>> alternatives;
  for (size_t s = 0; s < all.size(); ++s) {
    auto alignment = align(all[s], needle);
    if (!alignment || alignment->always) {
      of_shape[s] = alignment ? kYes : kMaybe;
      continue;
    }
    for (Alignment::Alternative& a : alignment->alternatives) {
      for (Alignment::SlotTest& t : a) t.slot = all[s].slots[t.slot].field;
      auto at = std::find_if(alternatives.begin(), alternatives.end(), [&](const auto& known) { return known.first == a; });
      if (at == alternatives.end()) at = alternatives.insert(at, {std::move(a), std::vector<uint8_t>(all.size() + 1)});
      at->second[s] = 1;
    }
  }
  Verdicts out(reader_.rows(), kNo);
  if (std::any_of(of_shape.begin(), of_shape.end(), [](uint8_t v) { return v != kNo; })) {
    auto codes = shapes();
    if (!codes) return codes.error();
    each_row([&](uint32_t i) { out[i] = of_shape[(*codes)[i]]; });
  }
  for (const auto& [alternative, of_shapes] : alternatives)
    if (auto done = mark(of_shapes, alternative, out); !done) return done.error();
  tested_.clear();
  if (reader_.meta().raw_rows == 0) return out;
  auto lines = reader_.raw();
  if (!lines) return lines.error();
  const RowRange ranks = ranks_of(*lines);
  std::vector<uint8_t> of_raw(ranks.size());
  lines->values->test({TextTest::Op::kContains, std::string(needle)}, ranks.begin, of_raw);
  each_value(*lines, [&](uint32_t i, uint32_t rank) { out[i] = verdict_of(of_raw[rank - ranks.begin]); });
  return out;
}

Result<BlockFilter::Verdicts> BlockFilter::matches(const PreparedPredicate& regex) {
  const Predicate& required = *regex.required();
  const bool says_nothing = required.kind == Kind::kAnd && required.children.empty();
  if (says_nothing) return Verdicts(reader_.rows(), kMaybe);
  if (regex.within_quotes() && regex.test().usable() && required.kind == Kind::kAnd) {
    // The longest literal says most about where a match can lie.
    const auto longest = std::max_element(required.children.begin(), required.children.end(), [](const Predicate& a, const Predicate& b) { return a.text.size() < b.text.size(); });
    if (longest->kind == Kind::kLineContains) {
      auto out = matches_in_values(regex, longest->text);
      if (!out) return out.error();
      if (*out) return std::move(**out);
    }
  }
  auto out = verdicts(regex.required());
  if (!out) return out;
  for (uint8_t& v : *out) v = std::min<uint8_t>(v, kMaybe);
  return out;
}

/// Exact where the literal, which every match holds, can only stand inside strings: a match then has the string's quotes on both sides.
/// nullopt where it may stand elsewhere.
Result<std::optional<BlockFilter::Verdicts>> BlockFilter::matches_in_values(const PreparedPredicate& regex, std::string_view literal) {
  const auto& all = reader_.meta().shapes;
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
  Verdicts out(reader_.rows(), kNo);
  for (const auto& [field, of_shapes] : shapes_of_field)
    if (auto done = match_values(field, literal, regex.test(), of_shapes, out); !done) return done.error();
  tested_.clear();
  if (reader_.meta().raw_rows == 0) return std::optional(std::move(out));
  auto lines = reader_.raw();
  if (!lines) return lines.error();
  std::string line;
  SearchTime time;
  each_value(*lines, [&](uint32_t i, uint32_t rank) {
    line.clear();
    lines->values->append(rank, line);
    out[i] = time.over() ? kMaybe : verdict_of(regex.test().holds(line));
  });
  return std::optional(std::move(out));
}

Result<void> BlockFilter::match_values(uint32_t f, std::string_view literal, const PredicateTest& test, const std::vector<uint8_t>& of_shapes, Verdicts& out) {
  auto found = tested(f, {TextTest::Op::kContains, std::string(literal)});
  if (!found) return found.error();
  if ((*found)->hits.empty()) return {};
  auto view = reader_.field(f);
  auto codes = shapes();
  if (!view || !codes) return view ? codes.error() : view.error();
  const Values& values = *view->values;
  SearchTime time;
  const auto verdict = [&](std::string_view text) { return time.over() ? kMaybe : verdict_of(test.holds(text)); };
  std::vector<uint8_t> of_entry;
  for (uint32_t e = 0; e < values.entries(); ++e) of_entry.push_back(verdict(values.entry(e)));
  std::string value;
  each_hit(*view, **found, [&](uint32_t i) {
    if (!of_shapes[(*codes)[i]]) return;
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

/// Stream labels and metadata. `has_label` becomes whether the row has such a label at all; it stays empty where no row has.
Result<BlockFilter::Verdicts> BlockFilter::labels(const PreparedPredicate& p, std::vector<uint8_t>* has_label) {
  Verdicts out(reader_.rows(), kNo);
  const auto has = [&] {
    if (has_label && has_label->empty()) has_label->resize(reader_.rows());
    return has_label != nullptr;
  };
  const auto verdict = [&](const std::string& value) { return !p.test().usable() ? kMaybe : verdict_of(p.test().holds(value)); };
  uint32_t row = 0;
  for (size_t s = 0; s < streams_.size(); ++s) {
    const uint32_t end = row + reader_.meta().streams[s].rows;
    if (const std::string* value = streams_[s]->labels.find(p->field)) {
      std::fill(out.begin() + row, out.begin() + end, verdict(*value));
      if (has()) std::fill(has_label->begin() + row, has_label->begin() + end, 1);
    }
    row = end;
  }
  std::vector<uint8_t> of_set, set_has;
  for (const std::string& coded : reader_.meta().sets) {
    ByteReader in(coded);
    const LabelSet set = read_labels(in);
    const std::string* value = set.find(p->field);
    set_has.push_back(value != nullptr);
    of_set.push_back(value ? verdict(*value) : kNo);
  }
  if (std::none_of(set_has.begin(), set_has.end(), [](uint8_t h) { return h; })) return out;
  auto codes = reader_.set_codes();
  if (!codes) return codes.error();
  const bool note = has();
  Buffer<uint32_t> sets;
  (*codes)->unpack(0, sets.resize(reader_.rows()));
  each_row([&, set = sets.all()](uint32_t i) {
    out[i] = std::max(out[i], of_set[set[i]]);
    if (note) (*has_label)[i] |= set_has[set[i]];
  });
  return out;
}

/// Of values from `first` on.
void BlockFilter::compare(const View& view, const PreparedPredicate& p, uint32_t first, std::span<uint8_t> hits) const {
  const Values& values = *view.values;
  const PredicateTest& test = p.test();
  if (!test.usable()) {
    std::fill(hits.begin(), hits.end(), 1);
  } else if (p->compare == Predicate::Compare::kEqual || p->compare == Predicate::Compare::kNotEqual) {
    const TextTest equals{TextTest::Op::kEquals, p->text};
    if (values.may_hold(equals)) values.test(equals, first, hits);
    else std::fill(hits.begin(), hits.end(), 0);
    if (p->compare == Predicate::Compare::kNotEqual)
      for (uint8_t& h : hits) h = !h;
  } else if (const uint32_t entries = values.entries()) {
    std::vector<uint8_t> of_entry;
    for (uint32_t e = 0; e < entries; ++e) of_entry.push_back(test.holds(values.entry(e)));
    Buffer<uint32_t> codes;
    values.codes(first, codes.resize(hits.size()));
    for (size_t i = 0; i < hits.size(); ++i) hits[i] = of_entry[codes.all()[i]];
  } else if (values.numeric() && p->compare >= Predicate::Compare::kLess) {
    Buffer<double> numbers;
    values.numbers(first, numbers.resize(hits.size()));
    for (size_t i = 0; i < hits.size(); ++i) hits[i] = test.holds(numbers.all()[i]);
  } else {
    std::string value;
    for (uint32_t i = 0; i < hits.size(); ++i) {
      value.clear();
      values.append(first + i, value);
      hits[i] = test.holds(value);
    }
  }
}

/// An empty value of logfmt is none.
void BlockFilter::drop_empty(const Values& values, uint32_t first, std::span<uint8_t> hits) {
  const TextTest empty{TextTest::Op::kEquals, ""};
  if (!values.may_hold(empty)) return;
  std::vector<uint8_t> is_empty(hits.size());
  values.test(empty, first, is_empty);
  for (size_t i = 0; i < hits.size(); ++i) hits[i] = hits[i] && !is_empty[i];
}

/// Where the row has a label of the name, the parser extracts the field under another one: its value then says nothing for certain.
Result<BlockFilter::Verdicts> BlockFilter::field(const PreparedPredicate& p) {
  std::vector<uint8_t> has_label;
  auto out = labels(p, &has_label);
  if (!out) return out;
  const BlockMeta& meta = reader_.meta();
  if (labels_.empty())
    for (const FieldChunk& f : meta.fields) labels_.push_back(json_label(f.field));
  std::map<uint32_t, std::vector<uint8_t>> shapes_of_field;
  std::vector<uint8_t> open(meta.shapes.size() + 1);
  const LineFormat format = p->parser == Predicate::Parser::kJson ? LineFormat::kJson : LineFormat::kLogfmt;
  open.back() = meta.raw_rows != 0;
  for (size_t s = 0; s < meta.shapes.size(); ++s) {
    const auto [known, slot] = label_source(meta.shapes[s], format, labels_, p->field);
    open[s] = !known || (slot != kNoSlot && meta.shapes[s].slots[slot].kind == SlotKind::kText);
    if (open[s] || slot == kNoSlot) continue;
    auto& of_shapes = shapes_of_field[meta.shapes[s].slots[slot].field];
    of_shapes.resize(meta.shapes.size() + 1);
    of_shapes[s] = 1;
  }
  for (const auto& [f, of_shapes] : shapes_of_field) {
    auto view = reader_.field(f);
    if (!view) return view.error();
    const RowRange ranks = ranks_of(*view);
    std::vector<uint8_t> hits(ranks.size());
    compare(*view, p, ranks.begin, hits);
    if (format == LineFormat::kLogfmt) drop_empty(*view->values, ranks.begin, hits);
    if (!view->rows && has_label.empty() && std::count(of_shapes.begin(), of_shapes.end(), 1) == static_cast<ptrdiff_t>(meta.shapes.size())) {
      // Every row has the value, and the parser takes it.
      uint8_t* __restrict to = out->data() + ranks.begin;
      const uint8_t* __restrict hit = hits.data();
      for (size_t i = 0; i < hits.size(); ++i) to[i] = std::max<uint8_t>(to[i], hit[i] ? kYes : kNo);
      continue;
    }
    auto codes = shapes();
    if (!codes) return codes.error();
    each_value(*view, [&, &of_shapes = of_shapes](uint32_t i, uint32_t rank) {
      const uint8_t yes = has_label.empty() || !has_label[i] ? kYes : kMaybe;
      const uint8_t verdict = hits[rank - ranks.begin] & of_shapes[(*codes)[i]] ? yes : uint8_t{kNo};
      (*out)[i] = std::max((*out)[i], verdict);
    });
  }
  if (std::find(open.begin(), open.end(), 1) == open.end()) return out;
  auto codes = shapes();
  if (!codes) return codes.error();
  each_row([&](uint32_t i) { (*out)[i] = std::max<uint8_t>((*out)[i], open[(*codes)[i]] ? kMaybe : kNo); });
  return out;
}

}  // namespace sleipnir::storage
