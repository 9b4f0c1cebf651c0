#include "storage/column/json_labels.h"

#include "base/text.h"

namespace sleipnir::storage {

std::string json_label(const Field& field) {
  std::string label;
  for (const std::string& part : field.path) {
    const std::string name = sanitize_label_name(part);
    if (name.empty()) continue;
    if (!label.empty()) label += '_';
    label += name;
  }
  return label;
}

uint32_t json_slot(const Shape& shape, const std::vector<std::string>& labels_of_fields, std::string_view label) {
  for (uint32_t s = 0; s < shape.slots.size(); ++s)
    if (shape.slots[s].kind != SlotKind::kArray && labels_of_fields[shape.slots[s].field] == label) return s;
  return kNoSlot;
}

std::optional<uint32_t> logfmt_slot(const Shape& shape, const std::vector<std::string>& labels_of_fields, std::string_view label) {
  uint32_t found = kNoSlot;
  for (uint32_t s = 0; s < shape.slots.size(); ++s) {
    if (labels_of_fields[shape.slots[s].field] != label) continue;
    if (found != kNoSlot) return std::nullopt;
    found = s;
  }
  return found;
}

LabelSource label_source(const Shape& shape, LineFormat parsed, const std::vector<std::string>& labels_of_fields, std::string_view label) {
  if (shape.format != parsed) return {};
  if (parsed == LineFormat::kJson) return {true, json_slot(shape, labels_of_fields, label)};
  const auto slot = parsed == LineFormat::kLogfmt ? logfmt_slot(shape, labels_of_fields, label) : std::nullopt;
  return slot ? LabelSource{true, *slot} : LabelSource{};
}

}  // namespace sleipnir::storage
