#include "storage/column/pattern_column.h"

#include <algorithm>

#include "storage/column/captured_text.h"
#include "storage/column/owned_column.h"

namespace sleipnir::storage {
namespace {

using View = BlockReader::FieldView;

/// The codes of one shape's rows.
class ShapeCodes {
 public:
  /// `texts`: the column's dictionary.
  static Result<ShapeCodes> open(BlockReader& reader, const Shape& shape, const WantedField& wanted, Texts& texts) {
    ShapeCodes out;
    auto text = captured_text(reader, shape, *wanted.pattern, wanted.name);
    if (!text) return text.error();
    out.text_ = std::move(*text);
    size_t values = 0;
    for (const CapturedPart& part : out.text_.parts) {
      out.views_.emplace_back();
      if (part.slot == CapturedPart::kConstant) continue;
      auto view = reader.field(shape.slots[part.slot].field);
      if (!view) return view.error();
      out.views_.back() = *view;
      ++values;
    }
    if (out.text_.kind == CapturedText::Kind::kText && values < 2) out.find_entries(texts);
    return out;
  }

  uint32_t code(uint32_t row, Texts& texts) {
    if (text_.kind != CapturedText::Kind::kText) return text_.kind == CapturedText::Kind::kAbsent ? Column::kAbsent : Column::kUndecided;
    if (!entries_.empty()) return entries_[codes_.empty() ? 0 : codes_[varying_->rank(row)]];
    built_.clear();
    for (size_t p = 0; p < text_.parts.size(); ++p) append(text_.parts[p], views_[p], row);
    return code_of(built_, texts);
  }

 private:
  static uint32_t code_of(std::string_view text, Texts& texts) { return text.empty() ? Column::kUndecided : texts.find_or_add(text); }

  /// The text of a constant, or of one value that has a dictionary: its codes.
  void find_entries(Texts& texts) {
    const auto is_value = [](const CapturedPart& part) { return part.slot != CapturedPart::kConstant; };
    const auto value = std::find_if(text_.parts.begin(), text_.parts.end(), is_value);
    if (value != text_.parts.end()) {
      varying_ = &views_[static_cast<size_t>(value - text_.parts.begin())];
      if (varying_->values->entries() == 0) return;
      codes_.resize(varying_->values->size());
      varying_->values->codes(0, codes_);
    }
    const uint32_t entries = varying_ ? varying_->values->entries() : 1;
    for (uint32_t e = 0; e < entries; ++e) {
      built_.clear();
      for (const CapturedPart& part : text_.parts) built_ += is_value(part) ? between(part, varying_->values->entry(e)) : std::string_view(part.text);
      entries_.push_back(code_of(built_, texts));
    }
  }

  static std::string_view between(const CapturedPart& part, std::string_view value) { return value.substr(part.drop_first, value.size() - part.drop_first - part.drop_last); }

  void append(const CapturedPart& part, const View& view, uint32_t row) {
    if (part.slot == CapturedPart::kConstant) {
      built_ += part.text;
      return;
    }
    const size_t from = built_.size();
    view.values->append(view.rank(row), built_);
    built_.erase(built_.size() - part.drop_last);
    built_.erase(from, part.drop_first);
  }

  CapturedText text_;
  std::vector<View> views_;          ///< of the parts that are values
  const View* varying_ = nullptr;    ///< the only value
  std::vector<uint32_t> codes_;      ///< of its values
  std::vector<uint32_t> entries_;    ///< codes of the column by codes_; one where the text is constant; empty: texts are built
  std::string built_;
};

}  // namespace

Result<std::shared_ptr<const Column>> pattern_column(BlockReader& reader, const PickedRows& rows, const WantedField& wanted) {
  auto shapes = reader.shape_codes();
  if (!shapes) return shapes.error();
  auto out = std::make_shared<OwnedColumn>();
  const std::span<uint32_t> codes = out->own_codes.resize(rows.size());
  rows.gather(codes, [&](uint32_t first, std::span<uint32_t> to) { (*shapes)->unpack(first, to); }, [&](uint32_t row) { return (**shapes)[row]; });
  std::vector<std::unique_ptr<ShapeCodes>> of_shapes(reader.meta().shapes.size());
  size_t i = 0;
  for (const uint32_t row : rows.rows()) {
    uint32_t& code = codes[i++];
    if (code == of_shapes.size()) {
      code = Column::kUndecided;
      continue;
    }
    std::unique_ptr<ShapeCodes>& of_shape = of_shapes[code];
    if (!of_shape) {
      auto opened = ShapeCodes::open(reader, reader.meta().shapes[code], wanted, out->texts);
      if (!opened) return opened.error();
      of_shape = std::make_unique<ShapeCodes>(std::move(*opened));
    }
    code = of_shape->code(row, out->texts);
  }
  return OwnedColumn::finish(std::move(out));
}

}  // namespace sleipnir::storage
