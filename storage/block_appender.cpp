#include "storage/block_appender.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>

namespace sleipnir::storage {
namespace {

/// A multiple of what every device and file system asks for.
constexpr size_t kBlock = 4096;
/// Of the buffer: stays in the processor's cache on its way.
constexpr size_t kBufferBytes = 64 * kBlock;

/// Aligned memory for what is on its way; one a thread, as there may be many files.
char* buffer() {
  struct Free {
    void operator()(char* p) const { std::free(p); }
  };
  static thread_local const std::unique_ptr<char, Free> memory(static_cast<char*>(std::aligned_alloc(kBlock, kBufferBytes)));
  return memory.get();
}

}  // namespace

Result<BlockAppender> BlockAppender::create(const std::filesystem::path& path, bool direct) {
  auto file = File::create_for_blocks(path, direct);
  if (!file) return file.error();
  BlockAppender appender;
  appender.file_ = std::move(*file);
  return appender;
}

Result<void> BlockAppender::append(std::span<const std::string_view> pieces) {
  uint64_t offset = bytes_ - tail_.size(), total = 0;  // of the buffer's first byte in the file; all that is new
  char* const blocks = buffer();
  size_t filled = tail_.size();
  std::memcpy(blocks, tail_.data(), filled);
  for (std::string_view piece : pieces) {
    total += piece.size();
    while (!piece.empty()) {
      const size_t n = std::min(piece.size(), kBufferBytes - filled);
      std::memcpy(blocks + filled, piece.data(), n);
      piece.remove_prefix(n);
      filled += n;
      if (filled < kBufferBytes) continue;
      if (auto written = file_.write_at(offset, {blocks, filled}); !written) return written;
      offset += filled;
      filled = 0;
    }
  }
  const size_t whole = filled / kBlock * kBlock, padded = (filled + kBlock - 1) / kBlock * kBlock;
  std::memset(blocks + filled, 0, padded - filled);
  if (padded > 0) {
    if (auto written = file_.write_at(offset, {blocks, padded}); !written) return written;
  }
  tail_.assign(blocks + whole, filled - whole);
  bytes_ += total;
  return {};
}

}  // namespace sleipnir::storage
