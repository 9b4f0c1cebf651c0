// Sets of structured metadata out of the columns of a block.
#include "storage/bytes.h"
#include "storage/column/block_reader.h"

namespace sleipnir::storage {

Result<void> BlockReader::prepare_sets() {
  std::lock_guard lock(mutex_);
  if (!metadata_.empty()) return {};
  if (auto codes = set_codes(); !codes) return codes.error();
  std::vector<FieldView> views;
  for (size_t f = meta_->line_fields(); f < meta_->fields.size(); ++f) {
    auto view = field(static_cast<uint32_t>(f));
    if (!view) return view.error();
    views.push_back(*view);
  }
  metadata_ = std::move(views);
  return {};
}

void BlockReader::append_set(uint32_t row, std::string& out) const {
  const NameList& list = meta_->name_lists[(*set_codes_)[row]];
  const size_t first = meta_->line_fields();
  put_varint(out, list.size());
  for (const uint32_t f : list) {
    const FieldView& view = metadata_[f - first];
    const uint32_t rank = view.rank(row);
    put_bytes(out, meta_->fields[f].field.path[0]);
    put_varint(out, view.values->length(rank));
    view.values->append(rank, out);
  }
}

}  // namespace sleipnir::storage
