#pragma once
// Files as Results: every failure says path and reason, and is kIo where nothing else is said. Durable changes of a folder are in here too.
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sleipnir::storage {

/// kIo with `path: what: errno text`.
Error io_error(const std::filesystem::path& path, std::string_view what, int error_number);
/// kCorrupt with `path: what`.
Error corrupt(const std::filesystem::path& path, std::string_view what);

/// An open file descriptor. Movable; closed by the destructor.
class File {
 public:
  File() = default;
  File(File&& o) noexcept : path_(std::move(o.path_)), fd_(o.fd_) { o.fd_ = -1; }
  File& operator=(File&& o) noexcept;
  ~File();

  static Result<File> open_for_reading(const std::filesystem::path& path);
  /// Creates or truncates.
  static Result<File> create(const std::filesystem::path& path);
  /// Creates or truncates, for write_at. `direct`: past the page cache where the file system can; then offsets, lengths and memory are multiples of 4096.
  static Result<File> create_for_blocks(const std::filesystem::path& path, bool direct);
  /// Creates the file where there is none and takes its exclusive lock; kIo when another holder has it.
  static Result<File> lock(const std::filesystem::path& path);

  bool is_open() const { return fd_ >= 0; }
  const std::filesystem::path& path() const { return path_; }

  /// Writes all pieces at the end of what was written so far.
  Result<void> write(std::span<const std::string_view> pieces);
  Result<void> write(std::string_view bytes) { return write(std::span(&bytes, 1)); }
  /// All of it at `offset`.
  Result<void> write_at(uint64_t offset, std::string_view bytes);
  /// Exactly `bytes` bytes at `offset`; a shorter file is kCorrupt.
  Result<void> read(uint64_t offset, char* out, size_t bytes) const;
  Result<uint64_t> size() const;
  Result<void> truncate(uint64_t bytes);
  /// Data and length are on the device when it returns.
  Result<void> sync();
  void close();

 private:
  File(std::filesystem::path path, int fd) : path_(std::move(path)), fd_(fd) {}
  std::filesystem::path path_;
  int fd_ = -1;
};

Result<std::string> read_file(const std::filesystem::path& path);
/// Atomic and durable: whatever happens, the file holds what it held before or `bytes`. Uses `<path>.tmp`.
Result<void> replace_file(const std::filesystem::path& path, std::string_view bytes);
/// Makes creations, renames and removals in a folder durable.
Result<void> sync_directory(const std::filesystem::path& directory);
Result<void> make_directory(const std::filesystem::path& directory);
Result<void> rename_file(const std::filesystem::path& from, const std::filesystem::path& to);
/// Success also where there is no such file.
Result<void> remove_file(const std::filesystem::path& path);
/// Renames to `<name>.damaged` (or `.damaged.2` …) and returns the new path.
Result<std::filesystem::path> set_aside(const std::filesystem::path& path);
std::filesystem::path damaged_name(const std::filesystem::path& path);

}  // namespace sleipnir::storage
