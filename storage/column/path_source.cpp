#include "storage/column/path_source.h"

#include <algorithm>
#include <vector>

namespace sleipnir::storage {
namespace {

bool in_quotes(SlotKind kind) { return kind == SlotKind::kPlain || kind == SlotKind::kText; }

/// The value that begins in piece p behind `text[at]`, a colon.
LabelSource value_at(const Shape& shape, uint32_t p, size_t at) {
  const std::string& piece = shape.pieces[p];
  const size_t begin = piece.find_first_not_of(" \t\n\r", at + 1);
  const bool in_slot = begin == std::string::npos || (piece[begin] == '"' && begin + 1 == piece.size());
  if (in_slot) return p < shape.slots.size() ? LabelSource{true, p} : LabelSource{};
  return {piece[begin] == 'n', kNoSlot};
}

}  // namespace

LabelSource path_source(const Shape& shape, std::span<const std::string> path) {
  if (shape.format != LineFormat::kJson) return {};
  std::vector<std::string_view> around;  // the key that was last met in each object around
  for (uint32_t p = 0; p < shape.pieces.size(); ++p) {
    const std::string& piece = shape.pieces[p];
    for (size_t i = p > 0 && in_quotes(shape.slots[p - 1].kind) ? 1 : 0; i < piece.size(); ++i) {
      if (piece[i] == '{') around.emplace_back();
      if (piece[i] == '}' && !around.empty()) around.pop_back();
      if (piece[i] != '"' || i + 1 == piece.size()) continue;
      const size_t end = piece.find('"', i + 1), colon = piece.find_first_not_of(" \t\n\r", end == std::string::npos ? end : end + 1);
      if (colon == std::string::npos || piece[colon] != ':' || around.empty()) return {};
      around.back() = std::string_view(piece).substr(i + 1, end - i - 1);
      if (std::equal(around.begin(), around.end(), path.begin(), path.end())) return value_at(shape, p, colon);
      i = colon;
    }
  }
  return {true, kNoSlot};
}

}  // namespace sleipnir::storage
