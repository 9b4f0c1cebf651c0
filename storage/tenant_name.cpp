#include "storage/tenant_name.h"

#include <charconv>

#include <spdlog/fmt/fmt.h>

namespace sleipnir::storage {
namespace {

constexpr size_t kLongestFileName = 255;

bool plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || std::string_view("!-_.*'()").find(c) != std::string_view::npos;
}

}  // namespace

std::optional<std::string> tenant_folder_name(std::string_view tenant) {
  std::string folder;
  for (char c : tenant) {
    if (plain(c) && !(c == '.' && folder.empty())) {
      folder += c;
    } else {
      folder += fmt::format("={:02X}", static_cast<unsigned char>(c));
    }
  }
  if (folder.empty() || folder.size() > kLongestFileName) return std::nullopt;
  return folder;
}

std::optional<std::string> tenant_of_folder(std::string_view folder) {
  std::string tenant;
  for (size_t i = 0; i < folder.size(); i++) {
    if (folder[i] != '=') {
      tenant += folder[i];
      continue;
    }
    unsigned char byte = 0;
    const char* digits = folder.data() + i + 1;
    if (folder.size() - i < 3 || std::from_chars(digits, digits + 2, byte, 16).ptr != digits + 2) return std::nullopt;
    tenant += static_cast<char>(byte);
    i += 2;
  }
  if (tenant_folder_name(tenant) != folder) return std::nullopt;
  return tenant;
}

}  // namespace sleipnir::storage
