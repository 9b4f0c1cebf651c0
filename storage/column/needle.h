#pragma once
// Where a substring can lie in the lines of a shape, decided on the shape: exact, without building a line.
#include <optional>
#include <string_view>
#include <vector>

#include "storage/column/shape.h"
#include "storage/column/values.h"

namespace sleipnir::storage {

/// The lines of a shape that contain a needle: all of them, or those for which every test of at least one alternative holds.
struct Alignment {
  struct SlotTest { uint32_t slot; TextTest test; bool operator==(const SlotTest&) const = default; };
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

}  // namespace sleipnir::storage
