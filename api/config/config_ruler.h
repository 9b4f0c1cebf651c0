#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "rules/options.h"

namespace YAML { class Node; }

namespace sleipnir::api {

inline constexpr Nanos kRemoteWriteTimeout = 30 * kSecond;

/// Reads the `ruler` section of a Loki configuration. Keys about rings, sharding and Loki's own files are read over; others that mean nothing here are
/// collected in `warnings`. Errors (kInvalid): a value of the wrong form.
Result<void> read_ruler_section(const YAML::Node& node, rules::Options& options, std::vector<std::string>& warnings);

/// The section as YAML, without passwords.
std::string ruler_yaml(const rules::Options& options);

/// `a, b` → `a` and `b`.
std::vector<std::string> split_urls(std::string_view list);

}  // namespace sleipnir::api
