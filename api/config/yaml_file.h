#pragma once
#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <functional>
#include <string>

#include "base/result.h"

namespace sleipnir::api {

/// Gives the content of a YAML file to `read`, whose error is said to be the file's. No mapping in it may have a key twice.
/// Errors: kIo `/etc/x.yaml: open: No such file or directory`; kInvalid `/etc/x.yaml: line 3: end of sequence flow not found`.
Result<void> read_yaml_file(const std::filesystem::path& file, const std::function<Result<void>(const YAML::Node&)>& read);

/// `line 3: `, where a node begins; "" where nobody knows.
std::string line_of(const YAML::Node& node);

}  // namespace sleipnir::api
