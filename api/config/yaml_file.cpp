#include "api/config/yaml_file.h"

#include <set>

#include "storage/file.h"

namespace sleipnir::api {
namespace {

std::string line_of(const YAML::Mark& mark) { return mark.is_null() ? "" : "line " + std::to_string(mark.line + 1) + ": "; }

Result<void> check_keys(const YAML::Node& node) {
  if (node.IsSequence()) {
    for (const YAML::Node& item : node)
      if (auto done = check_keys(item); !done) return done;
  } else if (node.IsMap()) {
    std::set<std::string> keys;
    for (const auto& item : node) {
      if (item.first.IsScalar() && !keys.insert(item.first.Scalar()).second) return invalid(line_of(item.first.Mark()) + item.first.Scalar() + " is given twice");
      if (auto done = check_keys(item.second); !done) return done;
    }
  }
  return {};
}

}  // namespace

Result<void> read_yaml_file(const std::filesystem::path& file, const std::function<Result<void>(const YAML::Node&)>& read) {
  const auto text = storage::read_file(file);
  if (!text) return text.error();
  const auto refuse = [&](const std::string& why) { return invalid(file.string() + ": " + why); };
  try {
    const YAML::Node root = YAML::Load(*text);
    auto done = check_keys(root);
    if (done) done = read(root);
    return done ? done : refuse(done.error().message);
  } catch (const YAML::Exception& e) {
    return refuse(line_of(e.mark) + e.msg);
  }
}

std::string line_of(const YAML::Node& node) { return line_of(node.Mark()); }

}  // namespace sleipnir::api
