#pragma once
// Where a substring can lie in the lines of a shape, decided on the shape: exact, without building a line.
#include <functional>
#include <map>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "storage/column/shape.h"
#include "storage/column/values.h"

namespace sleipnir::storage {

/// The lines of a shape that contain a needle: all of them, or those for which every test of at least one alternative holds.
struct Alignment {
  struct SlotTest { uint32_t slot; TextTest test; auto operator<=>(const SlotTest&) const = default; };
  using Alternative = std::vector<SlotTest>;  ///< slots ascend, each once
  bool always = false;
  std::vector<Alternative> alternatives;      ///< empty: none of the lines
};

/// All ways in which `needle` (not empty) can lie over pieces and values. Exact: a line contains the needle if and only if `always` or an alternative
/// holds. nullopt where there are more than kMaxAlternatives ways: then every line of the shape has to be built and searched.
std::optional<Alignment> align(const Shape& shape, std::string_view needle);

/// False where no value of this kind contains `text`.
bool may_contain(SlotKind kind, std::string_view text);

inline constexpr size_t kMaxAlternatives = 1024;

/// A needle and how it lies in shapes that recur from part to part: each is aligned once, equal tests share a number. One thread.
class AlignedNeedle {
 public:
  struct SlotTest { uint32_t slot, test; };  ///< test: index into tests()
  struct WithShape {
    bool any = false;                               ///< all lines have it, or too many ways to tell
    std::vector<std::vector<SlotTest>> alternatives;  ///< as in Alignment
  };

  /// `text` is not empty.
  explicit AlignedNeedle(std::string_view text) : text_(text) {}

  const std::string& text() const { return text_; }
  const std::vector<TextTest>& tests() const { return tests_; }
  /// The shape must outlive this. O(length of the shape) where an equal one was asked for before.
  const WithShape& with(const Shape& shape);

 private:
  struct SameText {
    size_t operator()(const Shape* shape) const;
    bool operator()(const Shape* a, const Shape* b) const;
  };

  uint32_t number_of(TextTest test);

  std::string text_;
  std::vector<TextTest> tests_;
  std::unordered_map<const Shape*, WithShape, SameText, SameText> with_;
};

/// The needles of one search over many parts. One thread.
using AlignedNeedles = std::map<std::string, AlignedNeedle, std::less<>>;

}  // namespace sleipnir::storage
