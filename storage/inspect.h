#pragma once
#include <filesystem>
#include <string>

#include "base/result.h"

namespace sleipnir::storage {

/// What is in a part, for people: blocks, shapes, columns with their encodings and sizes, indexes. Reads no rows. Errors: kCorrupt, kIo, kNotFound.
Result<std::string> inspect_part(const std::filesystem::path& path);

}  // namespace sleipnir::storage
