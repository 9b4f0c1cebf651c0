#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/scan.h"

namespace sleipnir::api {

/// Appends the `stats` object of a query's answer with every key that clients know (http-api.md §3.1).
/// `entries` is the number of lines or samples in the answer, `more` what follows the last member.
void append_stats(std::string& out, const ScanStats& stats, double seconds, uint64_t entries, std::string_view more = {});

}  // namespace sleipnir::api
