#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sleipnir::api {

/// The largest request body, as sent and after decompression. Loki's are 100 MiB and 5000 MiB.
inline constexpr uint64_t kMaxBodyBytes = 100ull << 20, kMaxDecompressedBytes = 1ull << 30;

class MemoryShare;

/// A body of which the length was known: not cleared before it is written.
struct UnpackedBody {
  std::unique_ptr<char[]> bytes;
  size_t size = 0;
  std::string_view view() const { return {bytes.get(), size}; }
};

/// Each writes at most `limit` bytes to `out` (whose old content is dropped) and never allocates in proportion to what a header merely
/// claims. What `memory` is given for is taken from it first. Errors: kTooLarge beyond the limit, those of MemoryShare::take, kInvalid with Go's texts for damaged input (`unexpected EOF`, `gzip: invalid header`,
/// `snappy: corrupt input`, …).
Result<void> gunzip(std::string_view in, uint64_t limit, std::string& out, MemoryShare* memory = nullptr);
/// Raw deflate, without a zlib header.
Result<void> inflate_raw(std::string_view in, uint64_t limit, std::string& out, MemoryShare* memory = nullptr);
Result<void> unzstd(std::string_view in, uint64_t limit, std::string& out, MemoryShare* memory = nullptr);
/// LZ4's frame format.
Result<void> unlz4(std::string_view in, uint64_t limit, std::string& out, MemoryShare* memory = nullptr);
/// Snappy's block format, not the framed one.
Result<UnpackedBody> unsnap(std::string_view in, uint64_t limit, MemoryShare* memory = nullptr);
Result<void> unsnap(std::string_view in, uint64_t limit, std::string& out, MemoryShare* memory = nullptr);

/// Makes room behind what `out` holds: doubling, but never more than one byte beyond the limit, which is enough to notice the excess.
Result<void> grow_body(std::string& out, uint64_t limit, MemoryShare* memory);

/// kTooLarge with Loki's text, for a body of `got` bytes as sent, or after decompression.
Error body_too_large(uint64_t got, uint64_t limit);
Error decompressed_too_large(uint64_t got, uint64_t limit);

}  // namespace sleipnir::api
