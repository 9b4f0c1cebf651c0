#include "storage/column/field_source.h"

#include "base/text.h"

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

FieldSource field_source(BlockReader& reader, LineFormat format, std::string_view label) {
  const BlockMeta& meta = reader.meta();
  const std::vector<std::string>& labels = reader.labels();
  FieldSource out;
  out.shapes.resize(meta.shapes.size() + 1);
  out.empty_is_none = format == LineFormat::kLogfmt;
  out.all_known = meta.raw_rows == 0;
  bool one = true;
  for (size_t s = 0; s < meta.shapes.size(); ++s) {
    auto& of = out.shapes[s];
    const auto [known, slot] = label_source(meta.shapes[s], format, labels, label);
    of.known = known;
    out.all_known &= known;
    if (slot == kNoSlot) continue;
    out.anywhere = true;
    of.field = meta.shapes[s].slots[slot].field;
    of.escaped = meta.shapes[s].slots[slot].kind == SlotKind::kText;
    one &= !out.field || (*out.field == of.field && out.escaped == of.escaped);
    out.field = of.field;
    out.escaped = of.escaped;
  }
  if (out.field && (!one || stands_beside(meta, out))) out.field.reset();
  return out;
}

}  // namespace sleipnir::storage
