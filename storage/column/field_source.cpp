#include "storage/column/field_source.h"

#include "base/text.h"
#include "storage/column/path_source.h"

namespace sleipnir::storage {
namespace {

/// What a parser makes of the text between the quotes, where that is the text itself.
bool is_literal(std::string_view text) { return text.find('\\') == std::string_view::npos && valid_utf8(text) && text.find("\xef\xbf\xbd") == std::string_view::npos; }

/// Whether a shape has the field and takes the value from elsewhere.
bool stands_beside(const BlockMeta& meta, const FieldSource& source) {
  for (size_t s = 0; s < meta.shapes.size(); ++s) {
    if (source.shapes[s].field != kNoSlot) continue;
    for (const Slot& slot : meta.shapes[s].slots)
      if (slot.field == *source.field) return true;
  }
  return false;
}

}  // namespace

uint32_t FieldSource::instead_of(std::string_view text, bool is_escaped) const {
  if (is_escaped && !is_literal(text)) return Column::kUndecided;
  return empty_is_none && text.empty() ? Column::kAbsent : 0;
}

FieldSource field_source(BlockReader& reader, const WantedField& wanted) {
  const BlockMeta& meta = reader.meta();
  const LineFormat format = wanted.from == WantedField::From::kLogfmt ? LineFormat::kLogfmt : LineFormat::kJson;
  const std::vector<std::string>& labels = reader.labels();
  FieldSource out;
  out.shapes.resize(meta.shapes.size() + 1);
  out.empty_is_none = format == LineFormat::kLogfmt;
  out.all_known = meta.raw_rows == 0;
  bool one = true;
  for (size_t s = 0; s < meta.shapes.size(); ++s) {
    auto& of = out.shapes[s];
    const Shape& shape = meta.shapes[s];
    const auto [known, slot] = wanted.from == WantedField::From::kJsonPath ? path_source(shape, wanted.path) : label_source(shape, format, labels, wanted.name);
    of.known = known;
    out.all_known &= known;
    if (slot == kNoSlot) continue;
    out.anywhere = true;
    of.field = shape.slots[slot].field;
    of.escaped = shape.slots[slot].kind == SlotKind::kText || shape.slots[slot].kind == SlotKind::kArray;
    one &= !out.field || (*out.field == of.field && out.escaped == of.escaped);
    out.field = of.field;
    out.escaped = of.escaped;
  }
  if (out.field && (!one || stands_beside(meta, out))) out.field.reset();
  return out;
}

}  // namespace sleipnir::storage
