#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace sleipnir::api {

/// Calls `f(label, path)` for each scalar of a JSON object, as far as it can be read: the label that `| json` gives it (without `_extracted`), and
/// the keys that lead there. Cost: linear.
void each_json_path(std::string_view line, const std::function<void(const std::string& label, const std::vector<std::string>& path)>& f);

}  // namespace sleipnir::api
