#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "base/time.h"

namespace sleipnir::api {

/// `512MB`, in powers of two whatever the unit is called.
Result<uint64_t> parse_size(std::string_view text);

/// One limit under Loki's name: how to read it from text, and how to write it.
struct LimitField {
  struct Bytes { uint64_t Limits::* member; };  ///< `256KB`
  using Member = std::variant<bool Limits::*, double Limits::*, uint64_t Limits::*, Nanos Limits::*, std::string Limits::*, std::vector<std::string> Limits::*, Bytes>;
  std::string_view name;
  Member member;
  bool published = false;  ///< in /loki/api/v1/drilldown-limits
};

/// All of them, sorted by name.
const std::vector<LimitField>& limit_fields();

/// Sets a limit from its texts: one, or several for a list. Errors (kInvalid) say what is wrong with the value.
Result<void> set_limit(Limits& limits, const LimitField& field, const std::vector<std::string>& texts);

/// As it stands in YAML (`1h`, `256KB`, `[a, b]`).
std::string limit_yaml(const Limits& limits, const LimitField& field);
/// As it stands in JSON (`"1h"`, `5000`, `["a"]`).
std::string limit_json(const Limits& limits, const LimitField& field);

}  // namespace sleipnir::api
