#include "storage/column/field_filter.h"

#include <algorithm>
#include <map>

#include "storage/bytes.h"
#include "storage/column/json_labels.h"
#include "storage/column/path_source.h"
#include "storage/column/search_time.h"

namespace sleipnir::storage {
namespace {

/// Verdicts of one value after the other. Only expressions are bounded in time: all else costs what reading the value costs.
class ValueVerdict {
 public:
  explicit ValueVerdict(const PredicateTest& test) : test_(test) {}
  Verdict operator()(std::string_view value) {
    if (!test_.usable() || (test_.is_expression() && time_.over(value.size()))) return kMaybe;
    return verdict_of(test_.holds(value));
  }

 private:
  const PredicateTest& test_;
  SearchTime time_;
};

/// verdicts[i] of value first + i.
void compare(const Values& values, const PreparedPredicate& p, uint32_t first, std::span<uint8_t> verdicts) {
  const PredicateTest& test = p.test();
  ValueVerdict verdict(test);
  if (!test.usable()) {
    std::fill(verdicts.begin(), verdicts.end(), kMaybe);
  } else if (p->compare == Predicate::Compare::kEqual || p->compare == Predicate::Compare::kNotEqual) {
    const TextTest equals{TextTest::Op::kEquals, p->text};
    if (values.may_hold(equals)) values.test(equals, first, verdicts);
    else std::fill(verdicts.begin(), verdicts.end(), 0);
    const bool wanted = p->compare == Predicate::Compare::kEqual;
    for (uint8_t& v : verdicts) v = verdict_of((v != 0) == wanted);
  } else if (const uint32_t entries = values.entries()) {
    std::vector<uint8_t> of_entry;
    for (uint32_t e = 0; e < entries; ++e) of_entry.push_back(verdict(values.entry(e)));
    Buffer<uint32_t> codes;
    values.codes(first, codes.resize(verdicts.size()));
    for (size_t i = 0; i < verdicts.size(); ++i) verdicts[i] = of_entry[codes.all()[i]];
  } else if (values.numeric() && p->compare >= Predicate::Compare::kLess) {
    Buffer<double> numbers;
    values.numbers(first, numbers.resize(verdicts.size()));
    for (size_t i = 0; i < verdicts.size(); ++i) verdicts[i] = verdict_of(test.holds(numbers.all()[i]));
  } else {
    std::string value;
    for (uint32_t i = 0; i < verdicts.size(); ++i) {
      value.clear();
      values.append(first + i, value);
      verdicts[i] = verdict(value);
    }
  }
}

/// An empty value of logfmt is none.
void drop_empty(const Values& values, uint32_t first, std::span<uint8_t> verdicts) {
  const TextTest empty{TextTest::Op::kEquals, ""};
  if (!values.may_hold(empty)) return;
  std::vector<uint8_t> is_empty(verdicts.size());
  values.test(empty, first, is_empty);
  for (size_t i = 0; i < verdicts.size(); ++i)
    if (is_empty[i]) verdicts[i] = kNo;
}

}  // namespace

/// Stream labels and metadata. `has_label` becomes whether the row has such a label at all; it stays empty where no row has.
Result<Verdicts> FieldFilter::labels(const PreparedPredicate& p, std::vector<uint8_t>* has_label) {
  Verdicts out = rows_.all(kNo);
  ValueVerdict verdict(p.test());
  uint32_t row = 0;
  for (size_t s = 0; s < rows_.streams().size(); ++s) {
    const uint32_t end = row + rows_.meta().streams[s].rows;
    if (const std::string* value = rows_.streams()[s]->labels.find(p->field)) {
      std::fill(out.begin() + row, out.begin() + end, verdict(*value));
      if (has_label) {
        has_label->resize(rows_.reader().rows());
        std::fill(has_label->begin() + row, has_label->begin() + end, 1);
      }
    }
    row = end;
  }
  auto done = rows_.meta().metadata_in_columns() ? columns(p, out, has_label) : sets(p, out, has_label);
  if (!done) return done.error();
  return out;
}

Result<void> FieldFilter::columns(const PreparedPredicate& p, Verdicts& out, std::vector<uint8_t>* has_label) {
  const auto field = rows_.meta().metadata_field(p->field);
  if (!field) return {};
  auto view = rows_.reader().field(*field);
  if (!view) return view.error();
  const RowRange ranks = rows_.ranks_of(*view);
  std::vector<uint8_t> verdicts(ranks.size());
  compare(*view->values, p, ranks.begin, verdicts);
  if (has_label) has_label->resize(rows_.reader().rows());
  rows_.each_value(*view, [&](uint32_t i, uint32_t rank) {
    out[i] = std::max(out[i], verdicts[rank - ranks.begin]);
    if (has_label) (*has_label)[i] = 1;
  });
  return {};
}

Result<void> FieldFilter::sets(const PreparedPredicate& p, Verdicts& out, std::vector<uint8_t>* has_label) {
  ValueVerdict verdict(p.test());
  std::vector<uint8_t> of_set, set_has;
  for (const std::string& coded : rows_.meta().sets) {
    const auto value = find_coded_label(coded, p->field);
    set_has.push_back(value.has_value());
    of_set.push_back(value ? verdict(*value) : kNo);
  }
  if (std::none_of(set_has.begin(), set_has.end(), [](uint8_t h) { return h; })) return {};
  auto codes = rows_.reader().set_codes();
  if (!codes) return codes.error();
  if (has_label) has_label->resize(rows_.reader().rows());
  Buffer<uint32_t> sets;
  (*codes)->unpack(0, sets.resize(rows_.reader().rows()));
  rows_.each_row([&, set = sets.all()](uint32_t i) {
    out[i] = std::max(out[i], of_set[set[i]]);
    if (has_label) (*has_label)[i] |= set_has[set[i]];
  });
  return {};
}

/// Where the row has a label of the name, the parser extracts the field under another one: its value then says nothing for certain.
Result<Verdicts> FieldFilter::field(const PreparedPredicate& p) {
  std::vector<uint8_t> has_label;
  auto out = labels(p, &has_label);
  if (!out) return out;
  const BlockMeta& meta = rows_.meta();
  const std::vector<std::string>& names = rows_.reader().labels();
  std::map<uint32_t, std::vector<uint8_t>> shapes_of_field;
  std::vector<uint8_t> open(meta.shapes.size() + 1);
  const LineFormat format = p->parser == Predicate::Parser::kLogfmt ? LineFormat::kLogfmt : LineFormat::kJson;
  open.back() = meta.raw_rows != 0;
  for (size_t s = 0; s < meta.shapes.size(); ++s) {
    const Shape& shape = meta.shapes[s];
    const auto [known, slot] = p->parser == Predicate::Parser::kJsonPath ? path_source(shape, p->path) : label_source(shape, format, names, p->field);
    open[s] = !known || (slot != kNoSlot && (shape.slots[slot].kind == SlotKind::kText || shape.slots[slot].kind == SlotKind::kArray));
    if (open[s] || slot == kNoSlot) continue;
    auto& of_shapes = shapes_of_field[shape.slots[slot].field];
    of_shapes.resize(meta.shapes.size() + 1);
    of_shapes[s] = 1;
  }
  for (const auto& [f, of_shapes] : shapes_of_field) {
    auto view = rows_.reader().field(f);
    if (!view) return view.error();
    const RowRange ranks = rows_.ranks_of(*view);
    std::vector<uint8_t> verdicts(ranks.size());
    compare(*view->values, p, ranks.begin, verdicts);
    if (format == LineFormat::kLogfmt) drop_empty(*view->values, ranks.begin, verdicts);
    if (!view->rows && has_label.empty() && std::count(of_shapes.begin(), of_shapes.end(), 1) == static_cast<ptrdiff_t>(meta.shapes.size())) {
      // Every row has the value, and the parser takes it.
      uint8_t* __restrict to = out->data() + ranks.begin;
      const uint8_t* __restrict at = verdicts.data();
      for (size_t i = 0; i < verdicts.size(); ++i) to[i] = std::max(to[i], at[i]);
      continue;
    }
    auto codes = rows_.shapes();
    if (!codes) return codes.error();
    rows_.each_value(*view, [&, &of_shapes = of_shapes](uint32_t i, uint32_t rank) {
      const uint8_t most = !of_shapes[(*codes)[i]] ? kNo : has_label.empty() || !has_label[i] ? kYes : kMaybe;
      (*out)[i] = std::max((*out)[i], std::min(most, verdicts[rank - ranks.begin]));
    });
  }
  if (std::find(open.begin(), open.end(), 1) == open.end()) return out;
  auto codes = rows_.shapes();
  if (!codes) return codes.error();
  rows_.each_row([&](uint32_t i) { (*out)[i] = std::max<uint8_t>((*out)[i], open[(*codes)[i]] ? kMaybe : kNo); });
  return out;
}

}  // namespace sleipnir::storage
