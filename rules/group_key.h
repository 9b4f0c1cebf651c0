#pragma once
#include <compare>
#include <string>

namespace sleipnir::rules {

/// Which group: no two have the same.
struct GroupKey {
  std::string tenant, name_space, name;
  auto operator<=>(const GroupKey&) const = default;
};

}  // namespace sleipnir::rules
