#pragma once
// What a tenant's folder holds, by name (format.md, "Folder").
#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "base/result.h"

namespace sleipnir::storage {

/// What is in a folder, ascending by name. Errors: kIo.
Result<std::vector<std::filesystem::path>> list_files(const std::filesystem::path& folder);

/// The number of a WAL segment; nullopt where the file is none.
std::optional<uint64_t> wal_segment_of(const std::filesystem::path& path);

}  // namespace sleipnir::storage
