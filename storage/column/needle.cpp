#include "storage/column/needle.h"

#include <algorithm>

namespace sleipnir::storage {
namespace {

/// How much of `text`, from its first byte on, a value of this kind may contain.
size_t longest_prefix(SlotKind kind, std::string_view text) {
  const auto until = [&](size_t end) { return std::min(end, text.size()); };
  switch (kind) {
    case SlotKind::kPlain: return until(text.find_first_of("\"\\"));
    case SlotKind::kNumber: return until(text.find_first_not_of("+-.0123456789eE"));
    case SlotKind::kWord: return until(text.find_first_of("\" =\t\n"));
    case SlotKind::kBool: {
      constexpr std::string_view kTrue = "true", kFalse = "false";
      size_t n = until(kFalse.size());
      while (kTrue.find(text.substr(0, n)) == std::string_view::npos && kFalse.find(text.substr(0, n)) == std::string_view::npos) --n;
      return n;
    }
    case SlotKind::kText:
    case SlotKind::kArray: break;
  }
  return text.size();
}

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
    const size_t most = std::min(longest_prefix(kind(s), needle_), needle_.size() - 1);
    for (size_t n = 1; n <= most; ++n) at_piece_after(s, n, needle_, TextTest::Op::kEndsWith);
  }

  /// `rest` (not empty) lies exactly from the start of value s on.
  void at_value(uint32_t s, std::string_view rest) {
    if (full_) return;
    const size_t most = longest_prefix(kind(s), rest);
    if (most == rest.size()) emit({s, {TextTest::Op::kStartsWith, std::string(rest)}});
    for (size_t n = 0; n <= std::min(most, rest.size() - 1); ++n) at_piece_after(s, n, rest, TextTest::Op::kEquals);
  }

  /// text[n …] (not empty) lies from the start of the piece behind value s on, given that the value passes a test for text[0, n).
  void at_piece_after(uint32_t s, size_t n, std::string_view text, TextTest::Op op) {
    const std::string_view piece = shape_.pieces[s + 1], rest = text.substr(n);
    const size_t shared = std::min(piece.size(), rest.size());
    if (piece.substr(0, shared) != rest.substr(0, shared)) return;
    given_.push_back({s, {op, std::string(text.substr(0, n))}});
    if (shared == rest.size()) emit_given();
    else if (s + 1 < shape_.slots.size()) at_value(s + 1, rest.substr(shared));
    given_.pop_back();
  }

  SlotKind kind(uint32_t s) const { return shape_.slots[s].kind; }

  void emit(Alignment::SlotTest test) {
    if (!may_contain(kind(test.slot), test.test.text)) return;
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

bool may_contain(SlotKind kind, std::string_view text) { return longest_prefix(kind, text) == text.size(); }

std::optional<Alignment> align(const Shape& shape, std::string_view needle) { return Aligner(shape, needle).run(); }

const AlignedNeedle::WithShape& AlignedNeedle::with(const Shape& shape) {
  const auto [at, fresh] = with_.try_emplace(&shape);
  if (!fresh) return at->second;
  auto alignment = align(shape, text_);
  at->second.any = !alignment || alignment->always;
  if (at->second.any) return at->second;
  for (Alignment::Alternative& a : alignment->alternatives) {
    auto& tests = at->second.alternatives.emplace_back();
    for (Alignment::SlotTest& t : a) tests.push_back({t.slot, number_of(std::move(t.test))});
  }
  return at->second;
}

uint32_t AlignedNeedle::number_of(TextTest test) {
  const auto at = std::find(tests_.begin(), tests_.end(), test);
  const auto number = static_cast<uint32_t>(at - tests_.begin());
  if (at == tests_.end()) tests_.push_back(std::move(test));
  return number;
}

size_t AlignedNeedle::SameText::operator()(const Shape* shape) const {
  size_t hash = shape->pieces.size();
  for (const std::string& piece : shape->pieces) hash = hash * 31 + std::hash<std::string>()(piece);
  return hash;
}

bool AlignedNeedle::SameText::operator()(const Shape* a, const Shape* b) const {
  const auto same_kind = [](const Slot& x, const Slot& y) { return x.kind == y.kind; };
  return a->pieces == b->pieces && std::equal(a->slots.begin(), a->slots.end(), b->slots.begin(), b->slots.end(), same_kind);
}

}  // namespace sleipnir::storage
