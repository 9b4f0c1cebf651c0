#include "storage/tenant_folder.h"

#include <algorithm>
#include <charconv>

#include "storage/file.h"
#include "storage/format.h"

namespace sleipnir::storage {

namespace fs = std::filesystem;

Result<std::vector<fs::path>> list_files(const fs::path& folder) {
  std::error_code ec;
  std::vector<fs::path> files;
  for (fs::directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec)) files.push_back(it->path());
  if (ec) return io_error(folder, "list", ec.value());
  std::sort(files.begin(), files.end());
  return files;
}

std::optional<uint64_t> wal_segment_of(const fs::path& path) {
  if (path.extension() != wal::kSuffix) return std::nullopt;
  const std::string digits = path.stem().string();
  uint64_t segment = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), segment, 16);
  const bool whole = error == std::errc() && end == digits.data() + digits.size() && digits.size() == 16;
  return whole ? std::optional(segment) : std::nullopt;
}

}  // namespace sleipnir::storage
