#include "storage/column/block_filter.h"

#include <algorithm>

#include "storage/bytes.h"
#include "storage/column/json_labels.h"
#include "storage/column/needle.h"

namespace sleipnir::storage {

using Kind = Predicate::Kind;

BlockFilter::BlockFilter(BlockReader& reader, std::span<const Stream* const> streams) : reader_(reader), streams_(streams) {}

Result<std::vector<uint8_t>> BlockFilter::verdicts(const Predicate& where) {
  const uint32_t rows = reader_.rows();
  switch (where.kind) {
    case Kind::kLineContains: return contains(where.text);
    case Kind::kLineRegex: {
      const Predicate required = required_literals(where.text);
      if (required.kind == Kind::kAnd && required.children.empty()) return Verdicts(rows, kMaybe);
      auto out = verdicts(required);
      if (!out) return out;
      for (uint8_t& v : *out) v = std::min<uint8_t>(v, kMaybe);
      return out;
    }
    case Kind::kNot: {
      if (where.children.size() != 1) return Verdicts(rows, kMaybe);
      auto out = verdicts(where.children[0]);
      if (!out) return out;
      for (uint8_t& v : *out) v = static_cast<uint8_t>(kYes - v);
      return out;
    }
    case Kind::kMetadata: return labels(where, nullptr);
    case Kind::kField: return field(where);
    case Kind::kAnd:
    case Kind::kOr: break;
  }
  const bool is_and = where.kind == Kind::kAnd;
  Verdicts out(rows, is_and ? kYes : kNo);
  for (const Predicate& child : where.children) {
    auto of_child = verdicts(child);
    if (!of_child) return of_child;
    bool open = false;
    for (uint32_t i = 0; i < rows; ++i) {
      out[i] = is_and ? std::min(out[i], (*of_child)[i]) : std::max(out[i], (*of_child)[i]);
      open |= out[i] != (is_and ? kNo : kYes);
    }
    if (!open) break;
  }
  return out;
}

Result<const std::vector<uint8_t>*> BlockFilter::hits(uint32_t f, const TextTest& test) {
  for (const auto& t : tested_)
    if (t->field == f && t->test == test) return &t->hits;
  auto view = reader_.field(f);
  if (!view) return view.error();
  auto tested = std::make_unique<Tested>(Tested{f, test, {}});
  if (view->values->may_hold(test)) {
    tested->hits.resize(view->values->size());
    view->values->test(test, tested->hits);
    if (std::none_of(tested->hits.begin(), tested->hits.end(), [](uint8_t h) { return h; })) tested->hits.clear();
  }
  tested_.push_back(std::move(tested));
  return &tested_.back()->hits;
}

Result<void> BlockFilter::contains_in_shape(uint32_t s, std::string_view needle, Verdicts& out) {
  const Shape& shape = reader_.meta().shapes[s];
  auto codes = reader_.shape_codes();
  if (!codes) return codes.error();
  const auto alignment = align(shape, needle);
  if (!alignment || alignment->always) {
    for (uint32_t i = 0; i < reader_.rows(); ++i)
      if ((*codes)[i] == s) out[i] = alignment ? kYes : kMaybe;
    return {};
  }
  for (const Alignment::Alternative& alternative : alignment->alternatives) {
    std::vector<std::pair<View, const std::vector<uint8_t>*>> tests;
    for (const Alignment::SlotTest& t : alternative) {
      auto of_slot = hits(shape.slots[t.slot].field, t.test);
      if (!of_slot) return of_slot.error();
      if ((*of_slot)->empty()) break;
      tests.emplace_back(*reader_.field(shape.slots[t.slot].field), *of_slot);
    }
    if (tests.size() < alternative.size()) continue;
    for (uint32_t i = 0; i < reader_.rows(); ++i) {
      if ((*codes)[i] != s || out[i]) continue;
      if (std::all_of(tests.begin(), tests.end(), [&](const auto& t) { return (*t.second)[t.first.rank(i)]; })) out[i] = kYes;
    }
  }
  return {};
}

Result<BlockFilter::Verdicts> BlockFilter::contains(std::string_view needle) {
  if (needle.empty()) return Verdicts(reader_.rows(), kYes);
  Verdicts out(reader_.rows(), kNo);
  tested_.clear();
  const auto shapes = static_cast<uint32_t>(reader_.meta().shapes.size());
  for (uint32_t s = 0; s < shapes; ++s)
    if (auto done = contains_in_shape(s, needle, out); !done) return done.error();
  if (reader_.meta().raw_rows == 0) return out;
  auto lines = reader_.raw();
  if (!lines) return lines.error();
  std::vector<uint8_t> of_raw(lines->values->size());
  lines->values->test({TextTest::Op::kContains, std::string(needle)}, of_raw);
  auto codes = reader_.shape_codes();
  for (uint32_t i = 0; i < reader_.rows(); ++i)
    if ((*codes)[i] == shapes) out[i] = verdict_of(of_raw[lines->rank(i)]);
  return out;
}

/// Stream labels and metadata. `has_label` becomes whether the row has such a label at all.
Result<BlockFilter::Verdicts> BlockFilter::labels(const Predicate& p, std::vector<uint8_t>* has_label) {
  Verdicts out(reader_.rows(), kNo);
  if (has_label) has_label->assign(reader_.rows(), 0);
  const PredicateTest test(p);
  const auto verdict = [&](const std::string& value) { return !test.usable() ? kMaybe : verdict_of(test.holds(value)); };
  uint32_t row = 0;
  for (size_t s = 0; s < streams_.size(); ++s) {
    const uint32_t end = row + reader_.meta().streams[s].rows;
    if (const std::string* value = streams_[s]->labels.find(p.field)) {
      std::fill(out.begin() + row, out.begin() + end, verdict(*value));
      if (has_label) std::fill(has_label->begin() + row, has_label->begin() + end, 1);
    }
    row = end;
  }
  std::vector<uint8_t> of_set, set_has;
  for (const std::string& coded : reader_.meta().sets) {
    ByteReader in(coded);
    const LabelSet set = read_labels(in);
    const std::string* value = set.find(p.field);
    set_has.push_back(value != nullptr);
    of_set.push_back(value ? verdict(*value) : kNo);
  }
  if (std::none_of(set_has.begin(), set_has.end(), [](uint8_t h) { return h; })) return out;
  auto codes = reader_.set_codes();
  if (!codes) return codes.error();
  for (uint32_t i = 0; i < reader_.rows(); ++i) {
    out[i] = std::max(out[i], of_set[(*codes)[i]]);
    if (has_label) (*has_label)[i] |= set_has[(*codes)[i]];
  }
  return out;
}

Result<std::vector<uint8_t>> BlockFilter::compare(const View& view, const Predicate& p) const {
  const Values& values = *view.values;
  std::vector<uint8_t> hits(values.size());
  const PredicateTest test(p);
  if (!test.usable()) {
    std::fill(hits.begin(), hits.end(), 1);
    return hits;
  }
  if (p.compare == Predicate::Compare::kEqual || p.compare == Predicate::Compare::kNotEqual) {
    const TextTest equals{TextTest::Op::kEquals, p.text};
    if (values.may_hold(equals)) values.test(equals, hits);
    if (p.compare == Predicate::Compare::kNotEqual)
      for (uint8_t& h : hits) h = !h;
  } else if (const uint32_t entries = values.entries()) {
    std::vector<uint8_t> of_entry;
    for (uint32_t e = 0; e < entries; ++e) of_entry.push_back(test.holds(values.entry(e)));
    std::vector<uint32_t> codes(values.size());
    values.codes(0, codes);
    for (size_t i = 0; i < hits.size(); ++i) hits[i] = of_entry[codes[i]];
  } else if (values.numeric() && p.compare >= Predicate::Compare::kLess) {
    std::vector<double> numbers(values.size());
    values.numbers(0, numbers);
    for (size_t i = 0; i < hits.size(); ++i) hits[i] = test.holds(numbers[i]);
  } else {
    std::string value;
    for (uint32_t i = 0; i < hits.size(); ++i) {
      value.clear();
      values.append(i, value);
      hits[i] = test.holds(value);
    }
  }
  return hits;
}

/// Where the row has a label of the name, the parser extracts the field under another one: its value then says nothing for certain.
Result<BlockFilter::Verdicts> BlockFilter::field(const Predicate& p) {
  std::vector<uint8_t> has_label;
  auto out = labels(p, &has_label);
  if (!out) return out;
  const BlockMeta& meta = reader_.meta();
  if (labels_.empty())
    for (const FieldChunk& f : meta.fields) labels_.push_back(json_label(f.field));
  auto codes = reader_.shape_codes();
  if (!codes) return codes.error();
  std::vector<std::vector<uint8_t>> compared(meta.fields.size());
  for (uint32_t s = 0; s <= meta.shapes.size(); ++s) {
    const bool parsed = s < meta.shapes.size() && meta.shapes[s].format == LineFormat::kJson && p.parser == Predicate::Parser::kJson;
    const uint32_t slot = parsed ? json_slot(meta.shapes[s], labels_, p.field) : kNoSlot;
    if (parsed && slot == kNoSlot) continue;
    const bool exact = parsed && meta.shapes[s].slots[slot].kind != SlotKind::kText;
    View view;
    std::vector<uint8_t>* hits = nullptr;
    if (exact) {
      const uint32_t f = meta.shapes[s].slots[slot].field;
      auto of_field = reader_.field(f);
      if (!of_field) return of_field.error();
      view = *of_field;
      hits = &compared[f];
      if (hits->empty()) *hits = *compare(view, p);
    }
    for (uint32_t i = 0; i < reader_.rows(); ++i) {
      if ((*codes)[i] != s) continue;
      const uint8_t verdict = !exact ? kMaybe : !(*hits)[view.rank(i)] ? kNo : has_label[i] ? kMaybe : kYes;
      (*out)[i] = std::max((*out)[i], verdict);
    }
  }
  return out;
}

}  // namespace sleipnir::storage
