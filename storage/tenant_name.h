#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace sleipnir::storage {

/// The folder of a tenant: letters, digits and `! - _ . * ' ( )` stand for themselves, a leading dot and every other byte are `=XX` in
/// hex. Reversible; never empty, `.`, `..` or hidden. nullopt for an empty name or one whose folder name no file system takes (255 bytes).
std::optional<std::string> tenant_folder_name(std::string_view tenant);
/// nullopt where `folder` is not what tenant_folder_name makes.
std::optional<std::string> tenant_of_folder(std::string_view folder);

}  // namespace sleipnir::storage
