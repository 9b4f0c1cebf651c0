#include "api/process_memory.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace sleipnir::api {

namespace {

constexpr uint64_t kLeast = uint64_t{1} << 30;

uint64_t machine_memory() {
  const long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGE_SIZE);
  return pages > 0 && size > 0 ? static_cast<uint64_t>(pages) * static_cast<uint64_t>(size) : kLeast;
}

/// The line `0::/path`: there is one where control groups are of version 2.
std::string own_group() {
  std::ifstream groups("/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);)
    if (line.starts_with("0::")) return line.substr(3);
  return {};
}

}  // namespace

uint64_t group_memory(const std::string& root, std::string group, uint64_t most) {
  while (true) {
    uint64_t limit;
    if (std::ifstream file(root + group + "/memory.max"); file >> limit) most = std::min(most, limit);  // `max`, no number, is no limit
    const size_t parent = group.rfind('/');
    if (group.empty() || parent == std::string::npos) return most;
    group.resize(parent);
  }
}

uint64_t process_memory() { return std::max(kLeast, group_memory("/sys/fs/cgroup", own_group(), machine_memory())); }

}  // namespace sleipnir::api
