#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace sleipnir::storage {

/// Appends varint raw size, varint stored size, bytes: zstd where that is smaller by an eighth, plain (stored = raw) otherwise.
void put_compressed(std::string& out, std::string_view raw, int level = 3);
/// Reads what put_compressed wrote from the front of `in`. nullopt: damaged, or larger than `limit` bytes.
std::optional<std::string> get_compressed(std::string_view& in, size_t limit);

}  // namespace sleipnir::storage
