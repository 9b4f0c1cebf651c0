#include "storage/column/logfmt_cut.h"

#include <algorithm>

namespace sleipnir::storage {
namespace {

constexpr size_t npos = std::string_view::npos;

class Cutter {
 public:
  Cutter(std::string_view line, ShapeTable& table, Shape& shape, std::vector<std::string_view>& values) : line_(line), table_(table), shape_(shape), values_(values) {}

  bool whole() {
    blanks();
    while (at_ < line_.size()) {
      if (!pair()) return false;
      const size_t before = at_;
      blanks();
      if (at_ == before && at_ < line_.size()) return false;
    }
    shape_.pieces.emplace_back(line_.substr(piece_));
    return values_.size() >= 2;
  }

 private:
  bool pair() {
    const size_t end = value_end(SlotKind::kWord, line_, at_);
    const std::string_view key = line_.substr(at_, end - at_);
    if (key.empty() || end >= line_.size() || line_[end] != '=' || values_.size() == ShapeTable::kMaxSlots) return false;
    at_ = end + 1;
    if (at_ >= line_.size() || line_[at_] != '"') return slot(key, SlotKind::kWord);
    ++at_;
    const SlotKind kind = value_end(SlotKind::kPlain, line_, at_) != npos ? SlotKind::kPlain : SlotKind::kText;
    if (!slot(key, kind) || at_ >= line_.size()) return false;
    ++at_;
    return true;
  }

  bool slot(std::string_view key, SlotKind kind) {
    const size_t end = value_end(kind, line_, at_);
    if (end == npos) return false;
    shape_.pieces.emplace_back(line_.substr(piece_, at_ - piece_));
    Field field{LineFormat::kLogfmt, {std::string(key)}, 0};
    for (const Slot& s : shape_.slots) field.occurrence += table_.fields()[s.field].path == field.path;
    shape_.slots.push_back({kind, table_.field(std::move(field))});
    values_.push_back(line_.substr(at_, end - at_));
    at_ = piece_ = end;
    return true;
  }

  void blanks() { at_ = std::min(line_.find_first_not_of(' ', at_), line_.size()); }

  std::string_view line_;
  ShapeTable& table_;
  Shape& shape_;
  std::vector<std::string_view>& values_;
  size_t at_ = 0, piece_ = 0;
};

}  // namespace

bool cut_logfmt(std::string_view line, ShapeTable& table, Shape& shape, std::vector<std::string_view>& values) {
  values.clear();
  shape = {LineFormat::kLogfmt, {}, {}};
  return Cutter(line, table, shape, values).whole();
}

}  // namespace sleipnir::storage
