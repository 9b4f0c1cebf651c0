#include "storage/column/captured_text.h"

#include <algorithm>

#include "storage/column/needle.h"

namespace sleipnir::storage {
namespace {

/// A place in the lines of a shape. Segments 0, 2, 4 … are pieces, the others values. Offsets count from the beginning; but where a literal begins
/// within a value, from the end of that.
struct Place {
  uint32_t segment = 0;
  size_t offset = 0;
};

/// Ascending by how much they spoil: how many values a test holds for, or lines a literal lies in.
enum class Holds : uint8_t { kNone, kAll, kSome };

struct Found {
  Holds holds = Holds::kNone;
  Place begin, end;  ///< of kAll
};

class Finder {
 public:
  Finder(BlockReader& reader, const Shape& shape) : reader_(reader), shape_(shape) {}

  std::optional<Error> error;

  /// The first occurrence of `literal` at `from`, where another one has ended, or behind it.
  Found find(std::string_view literal, Place from) {
    for (uint32_t s = from.segment; s <= 2 * shape_.slots.size(); ++s) {
      const size_t offset = s == from.segment ? from.offset : 0;
      const Found found = s % 2 ? find_in_value(literal, s / 2, offset) : find_in_piece(literal, s / 2, offset);
      if (found.holds != Holds::kNone) return found;
    }
    return {};
  }

  /// `literal` at the beginning of the line.
  Found at_start(std::string_view literal) { return at_piece(0, literal); }

 private:
  Found find_in_piece(std::string_view literal, uint32_t p, size_t offset) {
    const std::string_view piece = shape_.pieces[p];
    const size_t at = piece.find(literal, offset);
    if (at != std::string_view::npos) return {Holds::kAll, {2 * p, at}, {2 * p, at + literal.size()}};
    if (p == shape_.slots.size()) return {};
    for (size_t from = std::max(offset, piece.size() - std::min(piece.size(), literal.size() - 1)); from < piece.size(); ++from) {
      const size_t n = piece.size() - from;
      if (piece.substr(from) != literal.substr(0, n)) continue;
      Found found = at_value(p, literal.substr(n));
      found.begin = {2 * p, from};
      if (found.holds != Holds::kNone) return found;
    }
    return {};
  }

  /// The literal begins in value s, `offset` bytes of which belong to the literal before.
  Found find_in_value(std::string_view literal, uint32_t s, size_t offset) {
    if (ask(s, TextTest::Op::kContains, literal) != Holds::kNone) return {Holds::kSome, {}, {}};
    for (size_t n = literal.size() - 1; n > 0; --n) {
      Found found = at_piece(s + 1, literal.substr(n));
      if (found.holds == Holds::kNone) continue;
      const Holds ends = ask(s, TextTest::Op::kEndsWith, literal.substr(0, n));
      if (ends == Holds::kNone) continue;
      if (ends == Holds::kSome || (offset > 0 && shortest(s) < offset + n)) return {Holds::kSome, {}, {}};
      found.begin = {2 * s + 1, n};
      return found;
    }
    return {};
  }

  /// `rest` (not empty) from the beginning of piece p on.
  Found at_piece(uint32_t p, std::string_view rest) {
    const std::string_view piece = shape_.pieces[p];
    const size_t n = std::min(piece.size(), rest.size());
    if (piece.substr(0, n) != rest.substr(0, n)) return {};
    if (n == rest.size()) return {Holds::kAll, {2 * p, 0}, {2 * p, n}};
    return p < shape_.slots.size() ? at_value(p, rest.substr(n)) : Found{};
  }

  /// `rest` (not empty) from the beginning of value s on.
  Found at_value(uint32_t s, std::string_view rest) {
    const Holds starts = ask(s, TextTest::Op::kStartsWith, rest);
    if (starts != Holds::kNone) return {starts, {}, {2 * s + 1, rest.size()}};
    for (size_t n = 0; n < rest.size(); ++n) {
      const Found found = at_piece(s + 1, rest.substr(n));
      if (found.holds == Holds::kNone) continue;
      const Holds equals = ask(s, TextTest::Op::kEquals, rest.substr(0, n));
      if (equals != Holds::kNone) return {std::max(equals, found.holds), {}, found.end};
    }
    return {};
  }

  Holds ask(uint32_t s, TextTest::Op op, std::string_view text) {
    if (!may_contain(shape_.slots[s].kind, text)) return Holds::kNone;
    const Values* values = values_of(s);
    const TextTest test{op, std::string(text)};
    if (!values || !values->may_hold(test)) return Holds::kNone;
    size_t held = 0;
    const size_t all = values->entries() ? values->entries() : values->size();
    if (values->entries()) {
      for (uint32_t e = 0; e < all; ++e) held += test.holds(values->entry(e));
    } else {
      std::vector<uint8_t> hits(all);
      values->test(test, 0, hits);
      held = static_cast<size_t>(std::count(hits.begin(), hits.end(), 1));
    }
    return held == 0 ? Holds::kNone : held == all ? Holds::kAll : Holds::kSome;
  }

  size_t shortest(uint32_t s) {
    const Values* values = values_of(s);
    size_t least = SIZE_MAX;
    for (uint32_t i = 0; values && i < values->size(); ++i) least = std::min<size_t>(least, values->length(i));
    return least;
  }

  const Values* values_of(uint32_t s) {
    auto values = reader_.values(shape_.slots[s].field);
    if (values) return *values;
    error = values.error();
    return nullptr;
  }

  BlockReader& reader_;
  const Shape& shape_;
};

CapturedText text_between(const Shape& shape, Place from, Place to) {
  CapturedText out{CapturedText::Kind::kText, {}};
  for (uint32_t s = from.segment; s <= to.segment; ++s) {
    const size_t first = s == from.segment ? from.offset : 0;
    if (s % 2) {
      out.parts.push_back({s / 2, {}, static_cast<uint32_t>(first), static_cast<uint32_t>(s == to.segment ? to.offset : 0)});
    } else {
      const std::string& piece = shape.pieces[s / 2];
      out.parts.push_back({CapturedPart::kConstant, piece.substr(first, (s == to.segment ? to.offset : piece.size()) - first)});
      if (out.parts.back().text.empty()) out.parts.pop_back();
    }
  }
  return out;
}

}  // namespace

Result<CapturedText> captured_text(BlockReader& reader, const Shape& shape, const LinePattern& pattern, std::string_view name) {
  Finder finder(reader, shape);
  const Place end{static_cast<uint32_t>(2 * shape.slots.size()), shape.pieces.back().size()};
  Place from;
  for (size_t n = 0; n < pattern.size(); ++n) {
    if (!pattern[n].capture) {  // the first node: others stand behind captures, which look for them
      const Found found = finder.at_start(pattern[n].text);
      if (finder.error) return *finder.error;
      if (found.holds != Holds::kAll) return CapturedText{found.holds == Holds::kNone ? CapturedText::Kind::kAbsent : CapturedText::Kind::kUnknown, {}};
      from = found.end;
      continue;
    }
    const bool is_last = n + 1 == pattern.size();
    const Found found = is_last ? Found() : finder.find(pattern[n + 1].text, from);
    if (finder.error) return *finder.error;
    if (found.holds == Holds::kSome) return CapturedText();
    const bool to_end = found.holds == Holds::kNone;  // a literal that is not found gives the rest to the capture before it
    if (pattern[n].text == name && pattern[n].named()) return text_between(shape, from, to_end ? end : found.begin);
    if (to_end) break;
    from = found.end;
    ++n;
  }
  return CapturedText{CapturedText::Kind::kAbsent, {}};
}

}  // namespace sleipnir::storage
