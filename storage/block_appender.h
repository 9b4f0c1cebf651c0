#pragma once
#include <span>
#include <string>

#include "storage/file.h"

namespace sleipnir::storage {

/// Appends to a file past the page cache, where the file system can: what is written once and hardly ever read would only drive other data out of memory,
/// and copying it there costs more than all checksums. Writes whole blocks of the device, so that the file ends with up to a block of zeros. One thread.
class BlockAppender {
 public:
  /// A file that is empty. `direct`: false goes through the page cache, for who does not wait for the device.
  static Result<BlockAppender> create(const std::filesystem::path& path, bool direct);
  BlockAppender() = default;

  bool is_open() const { return file_.is_open(); }
  /// Appends all pieces. After an error the end of the file is not known: truncate() to bytes(). Errors: kIo.
  Result<void> append(std::span<const std::string_view> pieces);
  /// Cuts the file where the last append that succeeded ended.
  Result<void> truncate() { return file_.truncate(bytes_); }
  Result<void> sync() { return file_.sync(); }
  void close() { file_.close(); }
  /// Bytes appended, without the zeros.
  uint64_t bytes() const { return bytes_; }

 private:
  File file_;
  std::string tail_;  // of the last block that is not full
  uint64_t bytes_ = 0;
};

}  // namespace sleipnir::storage
