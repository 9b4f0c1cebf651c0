#include "storage/column/asked_rows.h"

namespace sleipnir::storage {

Result<std::span<const uint32_t>> AskedRows::shapes() {
  if (shapes_.empty()) {
    auto codes = reader_.shape_codes();
    if (!codes) return codes.error();
    shapes_.resize(reader_.rows());
    (*codes)->unpack(0, shapes_);
  }
  return std::span<const uint32_t>(shapes_);
}

Result<bool> AskedRows::may_hold(uint32_t field, const TextTest& test) {
  if (vocabulary_ && !vocabulary_->may_hold(meta().fields[field].field, test)) return false;
  return reader_.may_hold(field, test);
}

RowRange AskedRows::ranks_of(const View& view) const {
  if (ranges_.empty()) return {0, 0};
  return {view.rank(ranges_.front().begin), view.rank(ranges_.back().end)};
}

}  // namespace sleipnir::storage
