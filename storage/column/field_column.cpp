#include "storage/column/field_column.h"

#include <deque>
#include <unordered_map>

#include "base/number.h"
#include "base/text.h"
#include "storage/bytes.h"
#include "storage/column/json_labels.h"

namespace sleipnir::storage {
namespace {

using View = BlockReader::FieldView;

/// A column whose texts are its own.
struct OwnedColumn : Column {
  std::vector<uint32_t> own_codes;
  std::vector<std::string_view> own_dictionary;
  std::vector<double> own_numbers;
  std::deque<std::string> texts;
  std::unordered_map<std::string_view, uint32_t> index;

  std::shared_ptr<const Column> finish(std::shared_ptr<OwnedColumn> self) {
    codes = own_codes;
    dictionary = own_dictionary;
    numbers = own_numbers;
    return self;
  }

  /// `text` must live as long as the column.
  uint32_t add_view(std::string_view text) {
    const auto [at, is_new] = index.try_emplace(text, static_cast<uint32_t>(own_dictionary.size()));
    if (is_new) own_dictionary.push_back(text);
    return at->second;
  }
  uint32_t add(std::string text) {
    if (const auto at = index.find(text); at != index.end()) return at->second;
    return add_view(texts.emplace_back(std::move(text)));
  }
};

/// What a parser makes of the text between the quotes, where that is the text itself.
bool is_literal(std::string_view text) { return text.find('\\') == std::string_view::npos && valid_utf8(text) && text.find("\xef\xbf\xbd") == std::string_view::npos; }

/// Gives each value of one field its code, when first asked.
class FieldCodes {
 public:
  FieldCodes(OwnedColumn& out, View view, bool escaped) : out_(out), view_(view), escaped_(escaped) {
    const Values& values = *view_.values;
    if (!values.entries()) return;
    of_entry_.resize(values.entries());
    for (uint32_t e = 0; e < values.entries(); ++e) {
      const std::string_view text = values.entry(e);
      of_entry_[e] = escaped && !is_literal(text) ? Column::kUndecided : out_.add_view(text);
    }
    entries_.resize(values.size());
    values.codes(0, entries_);
  }
  uint32_t code(uint32_t row) {
    const uint32_t rank = view_.rank(row);
    if (!of_entry_.empty()) return of_entry_[entries_[rank]];
    std::string text;
    view_.values->append(rank, text);
    return escaped_ && !is_literal(text) ? Column::kUndecided : out_.add(std::move(text));
  }

 private:
  OwnedColumn& out_;
  View view_;
  bool escaped_;
  std::vector<uint32_t> of_entry_, entries_;
};

/// Numbers of one field; undecided where the text is none.
class FieldNumbers {
 public:
  explicit FieldNumbers(View view) : view_(view) {
    const Values& values = *view_.values;
    if (values.numeric()) {
      numbers_.resize(values.size());
      values.numbers(0, numbers_);
    } else if (values.entries()) {
      for (uint32_t e = 0; e < values.entries(); ++e) of_entry_.push_back(parse_go_float(values.entry(e)));
      entries_.resize(values.size());
      values.codes(0, entries_);
    }
  }
  bool number(uint32_t row, double& out) const {
    const uint32_t rank = view_.rank(row);
    if (!numbers_.empty()) {
      out = numbers_[rank];
      return true;
    }
    Result<double> parsed = 0.0;
    if (of_entry_.empty()) {
      std::string text;
      view_.values->append(rank, text);
      parsed = parse_go_float(text);
    } else {
      parsed = of_entry_[entries_[rank]];
    }
    if (parsed) out = *parsed;
    return parsed.ok();
  }

 private:
  View view_;
  std::vector<double> numbers_;
  std::vector<Result<double>> of_entry_;
  std::vector<uint32_t> entries_;
};

Result<std::shared_ptr<const Column>> metadata_column(BlockReader& reader, std::span<const uint32_t> rows, const WantedField& wanted) {
  auto out = std::make_shared<OwnedColumn>();
  std::vector<uint32_t> of_set;
  for (const std::string& coded : reader.meta().sets) {
    ByteReader in(coded);
    const LabelSet set = read_labels(in);
    const std::string* value = set.find(wanted.name);
    of_set.push_back(value ? out->add(*value) : Column::kAbsent);
  }
  auto codes = reader.set_codes();
  if (!codes) return codes.error();
  for (const uint32_t row : rows) out->own_codes.push_back(of_set[(*codes)[row]]);
  return out->finish(out);
}

}  // namespace

Result<std::shared_ptr<const Column>> field_column(BlockReader& reader, std::span<const uint32_t> rows, const WantedField& wanted) {
  const bool numbers = wanted.number;
  if (wanted.from == WantedField::From::kMetadata && !numbers) return metadata_column(reader, rows, wanted);
  if (wanted.from != WantedField::From::kJson) return std::shared_ptr<const Column>();
  const BlockMeta& meta = reader.meta();
  auto codes = reader.shape_codes();
  if (!codes) return codes.error();
  std::vector<std::string> labels;
  for (const FieldChunk& f : meta.fields) labels.push_back(json_label(f.field));
  auto out = std::make_shared<OwnedColumn>();
  struct OfShape { bool known = false; uint32_t field = kNoSlot; bool escaped = false; };
  std::vector<OfShape> of_shape(meta.shapes.size() + 1);
  for (size_t s = 0; s < meta.shapes.size(); ++s) {
    if (meta.shapes[s].format != LineFormat::kJson) continue;
    of_shape[s].known = true;
    const uint32_t slot = json_slot(meta.shapes[s], labels, wanted.name);
    if (slot == kNoSlot) continue;
    of_shape[s].field = meta.shapes[s].slots[slot].field;
    of_shape[s].escaped = meta.shapes[s].slots[slot].kind == SlotKind::kText;
  }
  // A field may come with escapes in one shape and without in another: two keys.
  std::vector<std::unique_ptr<FieldCodes>> texts(2 * meta.fields.size());
  std::vector<std::unique_ptr<FieldNumbers>> values(meta.fields.size());
  out->own_codes.reserve(rows.size());
  if (numbers) out->own_numbers.resize(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    const OfShape& shape = of_shape[(*codes)[rows[i]]];
    if (!shape.known || shape.field == kNoSlot) {
      out->own_codes.push_back(shape.known ? Column::kAbsent : Column::kUndecided);
      continue;
    }
    auto& text = texts[2 * shape.field + shape.escaped];
    auto& value = values[shape.field];
    if (numbers ? !value : !text) {
      auto view = reader.field(shape.field);
      if (!view) return view.error();
      if (numbers) value = std::make_unique<FieldNumbers>(*view);
      else text = std::make_unique<FieldCodes>(*out, *view, shape.escaped);
    }
    if (!numbers) out->own_codes.push_back(text->code(rows[i]));
    else out->own_codes.push_back(value->number(rows[i], out->own_numbers[i]) ? 0 : Column::kUndecided);
  }
  return out->finish(out);
}

}  // namespace sleipnir::storage
