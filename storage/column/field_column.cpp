#include "storage/column/field_column.h"

#include <algorithm>
#include <map>

#include "base/number.h"
#include "storage/bytes.h"
#include "storage/column/field_source.h"
#include "storage/column/owned_column.h"
#include "storage/column/pattern_column.h"

namespace sleipnir::storage {
namespace {

using View = BlockReader::FieldView;

/// The picked rows that have a field: where they stand among the picked ones, and their ranks.
struct Present {
  std::vector<uint32_t> places, ranks;
  Present(const PickedRows& rows, const View& view) {
    uint32_t place = 0;
    if (!rows.whole_ranges()) {
      for (const uint32_t row : rows.rows()) {
        if (!view.rows || view.rows->has(row)) add(place, view.rank(row));
        ++place;
      }
      return;
    }
    for (const RowRange& r : rows.ranges()) {
      if (view.rows) view.rows->for_each(r.begin, r.end, [&](uint32_t row, uint32_t rank) { add(place + row - r.begin, rank); });
      else for (uint32_t row = r.begin; row < r.end; ++row) add(place + row - r.begin, row);
      place += r.size();
    }
  }
  void add(uint32_t place, uint32_t rank) {
    places.push_back(place);
    ranks.push_back(rank);
  }
};

/// Calls value(first rank, out) for the values of rows that all have the field, else picks out of them by rank.
template <class T, class Decode>
void gather_values(const PickedRows& rows, const View& view, std::span<T> out, T absent, Decode decode) {
  if (!view.rows) {
    rows.gather(out, decode, [&](uint32_t row) {
      T value;
      decode(row, std::span<T>(&value, 1));
      return value;
    });
    return;
  }
  std::fill(out.begin(), out.end(), absent);
  if (rows.whole_ranges()) {
    Buffer<T> values;
    for (const RowRange& r : rows.ranges()) {
      const uint32_t first = view.rank(r.begin), end = view.rank(r.end);
      const std::span<T> of_range = values.resize(end - first);
      decode(first, of_range);
      view.rows->for_each(r.begin, r.end, [&](uint32_t row, uint32_t rank) { out[row - r.begin] = of_range[rank - first]; });
      out = out.subspan(r.size());
    }
    return;
  }
  size_t i = 0;
  for (const uint32_t row : rows.rows()) {
    if (view.rows->has(row)) decode(view.rows->rank(row), out.subspan(i, 1));
    ++i;
  }
}

/// All rows take the text from one field.
void codes_of_one(OwnedColumn& out, const PickedRows& rows, const View& view, const FieldSource& source) {
  const Values& values = *view.values;
  const std::span<uint32_t> codes = out.own_codes.resize(rows.size());
  std::vector<uint32_t> instead;  // by code
  if (const uint32_t entries = values.entries()) {
    for (uint32_t e = 0; e < entries; ++e) {
      out.own_dictionary.push_back(values.entry(e));
      instead.push_back(source.instead_of(values.entry(e), source.escaped));
    }
    if (entries == 1 && !view.rows && !instead[0]) {
      out.own_codes.resize(0);
      return;
    }
    gather_values(rows, view, codes, Column::kAbsent, [&](uint32_t first, std::span<uint32_t> to) { values.codes(first, to); });
  } else {
    const Present present(rows, view);
    std::vector<uint32_t> of_value(present.ranks.size());
    values.distinct(present.ranks, of_value, out.texts);
    for (const std::string_view text : out.texts.entries()) instead.push_back(source.instead_of(text, source.escaped));
    std::fill(codes.begin(), codes.end(), Column::kAbsent);
    for (size_t i = 0; i < of_value.size(); ++i) codes[present.places[i]] = of_value[i];
  }
  if (std::all_of(instead.begin(), instead.end(), [](uint32_t i) { return i == 0; })) return;
  for (uint32_t& c : codes)
    if (c < instead.size() && instead[c]) c = instead[c];
}

/// Numbers of one field's values. False where the text is none.
class FieldNumbers {
 public:
  explicit FieldNumbers(View view) : view_(view) {
    for (uint32_t e = 0; e < view.values->entries(); ++e) of_entry_.push_back(parse_go_float(view.values->entry(e)));
  }
  bool number(uint32_t row, double& out) const {
    const Values& values = *view_.values;
    const uint32_t rank = view_.rank(row);
    if (values.numeric()) {
      values.numbers(rank, {&out, 1});
      return true;
    }
    Result<double> parsed = 0.0;
    if (of_entry_.empty()) {
      std::string text;
      values.append(rank, text);
      parsed = parse_go_float(text);
    } else {
      uint32_t code;
      values.codes(rank, {&code, 1});
      parsed = of_entry_[code];
    }
    if (parsed) out = *parsed;
    return parsed.ok();
  }

 private:
  View view_;
  std::vector<Result<double>> of_entry_;
};

/// All rows take the number from one field that is numeric or has a dictionary.
void numbers_of_one(OwnedColumn& out, const PickedRows& rows, const View& view, const FieldSource& source) {
  const std::span<double> numbers = out.own_numbers.resize(rows.size());
  if (const uint32_t entries = view.values->entries()) {
    const std::span<uint32_t> codes = out.own_codes.resize(rows.size());
    gather_values(rows, view, codes, Column::kAbsent, [&](uint32_t first, std::span<uint32_t> to) { view.values->codes(first, to); });
    std::vector<double> of_entry(entries, 0.0);
    std::vector<uint32_t> code_of_entry(entries, Column::kUndecided);
    for (uint32_t e = 0; e < entries; ++e) {
      if (source.empty_is_none && view.values->entry(e).empty()) code_of_entry[e] = Column::kAbsent;
      const auto number = parse_go_float(view.values->entry(e));
      if (!number) continue;
      of_entry[e] = *number;
      code_of_entry[e] = 0;
    }
    for (size_t i = 0; i < codes.size(); ++i) {
      if (codes[i] == Column::kAbsent) continue;
      numbers[i] = of_entry[codes[i]];
      codes[i] = code_of_entry[codes[i]];
    }
    return;
  }
  gather_values(rows, view, numbers, 0.0, [&](uint32_t first, std::span<double> to) { view.values->numbers(first, to); });
  if (!view.rows) return;
  const std::span<uint32_t> codes = out.own_codes.resize(rows.size());
  if (!rows.whole_ranges()) {
    size_t i = 0;
    for (const uint32_t row : rows.rows()) codes[i++] = view.rows->has(row) ? 0 : Column::kAbsent;
    return;
  }
  std::fill(codes.begin(), codes.end(), Column::kAbsent);
  uint32_t place = 0;
  for (const RowRange& r : rows.ranges()) {
    view.rows->for_each(r.begin, r.end, [&](uint32_t row, uint32_t) { codes[place + row - r.begin] = 0; });
    place += r.size();
  }
}

/// Any mixture of shapes, row by row.
Result<void> mixed(OwnedColumn& out, BlockReader& reader, const PickedRows& rows, const FieldSource& source, const RowCodes& shapes, bool number) {
  std::map<uint32_t, FieldNumbers> numbers;
  const std::span<uint32_t> codes = out.own_codes.resize(rows.size());
  const std::span<double> values = out.own_numbers.resize(number ? rows.size() : 0);
  std::fill(values.begin(), values.end(), 0.0);
  std::string text;
  size_t i = 0;
  for (const uint32_t row : rows.rows()) {
    uint32_t& code = codes[i++];
    const FieldSource::OfShape& of = source.shapes[shapes[row]];
    code = of.known ? Column::kAbsent : Column::kUndecided;
    if (of.field == kNoSlot) continue;
    auto view = reader.field(of.field);
    if (!view) return view.error();
    if (number) {
      auto at = numbers.try_emplace(of.field, *view).first;
      const bool none = source.empty_is_none && view->values->length(view->rank(row)) == 0;
      code = none ? Column::kAbsent : at->second.number(row, values[i - 1]) ? 0 : Column::kUndecided;
    } else {
      text.clear();
      view->values->append(view->rank(row), text);
      const uint32_t instead = source.instead_of(text, of.escaped);
      code = instead ? instead : out.texts.find_or_add(text);
    }
  }
  return {};
}

/// All rows are without the field.
void nothing(OwnedColumn& out, size_t rows, bool number) {
  const std::span<uint32_t> codes = out.own_codes.resize(rows);
  std::fill(codes.begin(), codes.end(), Column::kAbsent);
  const std::span<double> numbers = out.own_numbers.resize(number ? rows : 0);
  std::fill(numbers.begin(), numbers.end(), 0.0);
}

Result<std::shared_ptr<const Column>> metadata_column(BlockReader& reader, const PickedRows& rows, const WantedField& wanted) {
  auto out = std::make_shared<OwnedColumn>();
  if (reader.meta().metadata_in_columns()) {
    const auto field = reader.meta().metadata_field(wanted.name);
    auto view = field ? reader.field(*field) : BlockReader::FieldView();
    if (!view) return view.error();
    if (field) codes_of_one(*out, rows, *view, FieldSource());
    else nothing(*out, rows.size(), false);
    return OwnedColumn::finish(std::move(out));
  }
  std::vector<uint32_t> of_set;
  for (const std::string& coded : reader.meta().sets) {
    const auto value = find_coded_label(coded, wanted.name);
    of_set.push_back(value ? out->texts.find_or_add(*value) : Column::kAbsent);
  }
  auto sets = reader.set_codes();
  if (!sets) return sets.error();
  const std::span<uint32_t> codes = out->own_codes.resize(rows.size());
  rows.gather(codes, [&](uint32_t first, std::span<uint32_t> to) { (*sets)->unpack(first, to); }, [&](uint32_t row) { return (**sets)[row]; });
  for (uint32_t& c : codes) c = of_set[c];
  return OwnedColumn::finish(std::move(out));
}

}  // namespace

Result<std::shared_ptr<const Column>> field_column(BlockReader& reader, const PickedRows& rows, const WantedField& wanted) {
  if (wanted.from == WantedField::From::kMetadata && !wanted.number) return metadata_column(reader, rows, wanted);
  if (wanted.from == WantedField::From::kMetadata) return std::shared_ptr<const Column>();
  if (wanted.from == WantedField::From::kPattern) return pattern_column(reader, rows, wanted);
  const FieldSource source = field_source(reader, wanted);
  auto out = std::make_shared<OwnedColumn>();
  if (source.all_known && !source.anywhere) {
    nothing(*out, rows.size(), wanted.number);
    return OwnedColumn::finish(std::move(out));
  }
  if (source.all_known && source.field) {
    auto view = reader.field(*source.field);
    if (!view) return view.error();
    if (!wanted.number || view->values->numeric() || view->values->entries()) {
      if (wanted.number) numbers_of_one(*out, rows, *view, source);
      else codes_of_one(*out, rows, *view, source);
      return OwnedColumn::finish(std::move(out));
    }
  }
  auto shapes = reader.shape_codes();
  if (!shapes) return shapes.error();
  if (auto done = mixed(*out, reader, rows, source, **shapes, wanted.number); !done) return done.error();
  return OwnedColumn::finish(std::move(out));
}

}  // namespace sleipnir::storage
