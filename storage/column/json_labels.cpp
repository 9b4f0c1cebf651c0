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

}  // namespace sleipnir::storage
