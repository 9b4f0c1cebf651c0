#pragma once
#include <cstdint>
#include <string>

namespace sleipnir::api {

/// Bytes that this process may use: the machine's memory, or less where a control group (a container, a systemd unit with MemoryMax) says so; at least
/// 1 GiB. Budgets are shares of it.
uint64_t process_memory();

/// The least of the limits of a control group and those around it; `most` where there is none. `group` is a path as /proc/self/cgroup names it, `root`
/// the place of /sys/fs/cgroup.
uint64_t group_memory(const std::string& root, std::string group, uint64_t most);

}  // namespace sleipnir::api
