#include "storage/column/json_cut.h"

#include "base/text.h"

namespace sleipnir::storage {
namespace {

constexpr int kMaxDepth = 16;
constexpr size_t npos = std::string_view::npos;

/// A strict JSON reader over one line. Where `cut_` is set it collects pieces and slots.
class Cutter {
 public:
  explicit Cutter(std::string_view line) : line_(line) {}
  Cutter(std::string_view line, ShapeTable& table, Shape& shape, std::vector<std::string_view>& values) : line_(line), table_(&table), shape_(&shape), values_(&values) {}

  bool object(int depth) {
    if (depth > kMaxDepth || !take('{')) return false;
    blanks();
    if (take('}')) return true;
    for (;;) {
      blanks();
      std::string_view key;
      // Keys that a parser would have to unescape, or skip, are left to the raw lines.
      if (!string(key) || key.find('\\') != npos || trim_space(key).empty()) return false;
      blanks();
      if (!take(':')) return false;
      blanks();
      path_.emplace_back(key);
      if (!value(depth)) return false;
      path_.pop_back();
      blanks();
      if (take('}')) return true;
      if (!take(',')) return false;
    }
  }

  bool array(int depth) {
    if (depth > kMaxDepth || !take('[')) return false;
    blanks();
    if (take(']')) return true;
    for (;;) {
      blanks();
      if (!value(depth)) return false;
      blanks();
      if (take(']')) return true;
      if (!take(',')) return false;
    }
  }

  bool whole() {
    if (!object(0)) return false;
    blanks();
    if (at_ != line_.size()) return false;
    shape_->pieces.emplace_back(line_.substr(piece_));
    return true;
  }

  size_t at() const { return at_; }
  void at(size_t at) { at_ = at; }

 private:
  bool value(int depth) {
    if (at_ >= line_.size()) return false;
    const char c = line_[at_];
    if (c == '{') return object(depth + 1);
    if (c == '[') {
      if (!table_) return array(depth + 1);
      return slot(SlotKind::kArray);
    }
    if (c == '"') {
      ++at_;
      const SlotKind kind = value_end(SlotKind::kPlain, line_, at_) != npos ? SlotKind::kPlain : SlotKind::kText;
      return slot(kind) && take('"');
    }
    if (c == 't' || c == 'f') return slot(SlotKind::kBool);
    if (c == 'n') {
      if (line_.substr(at_, 4) != "null") return false;
      at_ += 4;
      return true;
    }
    return slot(SlotKind::kNumber);
  }

  bool slot(SlotKind kind) {
    const size_t end = value_end(kind, line_, at_);
    if (end == npos) return false;
    if (table_) {
      if (values_->size() >= ShapeTable::kMaxSlots) return false;
      shape_->pieces.emplace_back(line_.substr(piece_, at_ - piece_));
      Field field{LineFormat::kJson, path_, 0};
      for (const Slot& s : shape_->slots) field.occurrence += table_->fields()[s.field].path == path_;
      shape_->slots.push_back({kind, table_->field(std::move(field))});
      values_->push_back(line_.substr(at_, end - at_));
      piece_ = end;
    }
    at_ = end;
    return true;
  }

  bool string(std::string_view& out) {
    if (!take('"')) return false;
    const size_t end = value_end(SlotKind::kText, line_, at_);
    if (end == npos) return false;
    out = line_.substr(at_, end - at_);
    at_ = end + 1;
    return true;
  }

  void blanks() {
    while (at_ < line_.size() && (line_[at_] == ' ' || line_[at_] == '\t' || line_[at_] == '\n' || line_[at_] == '\r')) ++at_;
  }
  bool take(char c) {
    if (at_ >= line_.size() || line_[at_] != c) return false;
    ++at_;
    return true;
  }

  std::string_view line_;
  ShapeTable* table_ = nullptr;
  Shape* shape_ = nullptr;
  std::vector<std::string_view>* values_ = nullptr;
  std::vector<std::string> path_;
  size_t at_ = 0, piece_ = 0;
};

}  // namespace

bool cut_json(std::string_view line, ShapeTable& table, Shape& shape, std::vector<std::string_view>& values) {
  values.clear();
  shape = {};
  return Cutter(line, table, shape, values).whole();
}

size_t json_array_end(std::string_view line, size_t at) {
  Cutter cutter(line);
  cutter.at(at);
  return cutter.array(0) ? cutter.at() : npos;
}

}  // namespace sleipnir::storage
