#include "storage/column/needle.h"

#include <algorithm>

namespace sleipnir::storage {
namespace {

class Aligner {
 public:
  Aligner(const Shape& shape, std::string_view needle) : shape_(shape), needle_(needle) {}

  std::optional<Alignment> run() {
    for (uint32_t p = 0; p < shape_.pieces.size() && !full_; ++p) starts_in_piece(p);
    if (out_.always) return Alignment{true, {}};
    for (uint32_t s = 0; s < shape_.slots.size() && !full_; ++s) starts_in_value(s);
    if (full_) return std::nullopt;
    return std::move(out_);
  }

 private:
  /// The needle begins at some byte of piece p.
  void starts_in_piece(uint32_t p) {
    const std::string_view piece = shape_.pieces[p];
    if (piece.find(needle_) != std::string_view::npos) {
      out_.always = full_ = true;
      return;
    }
    if (p == shape_.slots.size()) return;
    // It begins in the piece and runs on beyond its end.
    const size_t longest = std::min(piece.size(), needle_.size() - 1);
    for (size_t n = 1; n <= longest; ++n)
      if (piece.substr(piece.size() - n) == needle_.substr(0, n)) at_value(p, needle_.substr(n));
  }

  /// The needle begins inside value s, at its first byte or later.
  void starts_in_value(uint32_t s) {
    emit({s, {TextTest::Op::kContains, std::string(needle_)}});
    // The value ends with needle[0, n), n >= 1, and the rest lies over what follows.
    for (size_t n = 1; n < needle_.size(); ++n) {
      if (!possible(s, needle_.substr(0, n))) break;
      at_piece_after(s, needle_.substr(n), {s, {TextTest::Op::kEndsWith, std::string(needle_.substr(0, n))}});
    }
  }

  /// `rest` (not empty) lies exactly from the start of value s on.
  void at_value(uint32_t s, std::string_view rest) {
    if (full_) return;
    if (possible(s, rest)) emit({s, {TextTest::Op::kStartsWith, std::string(rest)}});
    for (size_t n = 0; n < rest.size(); ++n) {
      if (!possible(s, rest.substr(0, n))) break;
      at_piece_after(s, rest.substr(n), {s, {TextTest::Op::kEquals, std::string(rest.substr(0, n))}});
    }
  }

  /// `rest` (not empty) lies from the start of the piece behind value s on, given that `test` holds on the value.
  void at_piece_after(uint32_t s, std::string_view rest, Alignment::SlotTest test) {
    const std::string_view piece = shape_.pieces[s + 1];
    const size_t n = std::min(piece.size(), rest.size());
    if (piece.substr(0, n) != rest.substr(0, n)) return;
    given_.push_back(std::move(test));
    if (n == rest.size()) emit_given();
    else if (s + 1 < shape_.slots.size()) at_value(s + 1, rest.substr(n));
    given_.pop_back();
  }

  /// Alignments die early.
  bool possible(uint32_t s, std::string_view text) const { return may_contain(shape_.slots[s].kind, text); }

  void emit(Alignment::SlotTest test) {
    if (!possible(test.slot, test.test.text)) return;
    given_.push_back(std::move(test));
    emit_given();
    given_.pop_back();
  }
  void emit_given() {
    if (out_.alternatives.size() == kMaxAlternatives) full_ = true;
    else out_.alternatives.push_back(given_);
  }

  const Shape& shape_;
  std::string_view needle_;
  Alignment out_;
  Alignment::Alternative given_;
  bool full_ = false;
};

}  // namespace

bool may_contain(SlotKind kind, std::string_view text) {
  switch (kind) {
    case SlotKind::kPlain: return text.find_first_of("\"\\") == std::string_view::npos;
    case SlotKind::kNumber: return text.find_first_not_of("+-.0123456789eE") == std::string_view::npos;
    case SlotKind::kBool: return std::string_view("true").find(text) != std::string_view::npos || std::string_view("false").find(text) != std::string_view::npos;
    case SlotKind::kWord: return text.find_first_of("\" =\t\n") == std::string_view::npos;
    case SlotKind::kText:
    case SlotKind::kArray: return true;
  }
  return true;
}

std::optional<Alignment> align(const Shape& shape, std::string_view needle) { return Aligner(shape, needle).run(); }

}  // namespace sleipnir::storage
