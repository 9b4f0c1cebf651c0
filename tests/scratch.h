#pragma once
#include <unistd.h>

#include <filesystem>
#include <string>

namespace sleipnir::testing {

/// A name for a folder of this process that does not exist yet. It lies in memory where the system has such a file system: tests that make
/// thousands of stores wait for a disk otherwise, at every sync of a part.
inline std::filesystem::path scratch_folder(const std::string& purpose) {
  static int number = 0;
  const std::filesystem::path memory = "/dev/shm";
  const auto root = ::access(memory.c_str(), W_OK) == 0 ? memory : std::filesystem::temp_directory_path();
  return root / ("sleipnir-" + purpose + "-" + std::to_string(::getpid()) + "-" + std::to_string(number++));
}

}  // namespace sleipnir::testing
