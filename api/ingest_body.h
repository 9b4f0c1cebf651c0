#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sleipnir::api {

/// The largest request body, as sent and after decompression. Loki's are 100 MiB and 5000 MiB; the second is lower here, since the memory
/// of one request is never reserved elsewhere.
inline constexpr uint64_t kMaxBodyBytes = 100ull << 20, kMaxDecompressedBytes = 1ull << 30;

/// Each writes at most `limit` bytes to `out` (whose old content is dropped) and never allocates in proportion to what a header merely
/// claims. Errors: kTooLarge beyond the limit, kInvalid with Go's texts for damaged input (`unexpected EOF`, `gzip: invalid header`,
/// `snappy: corrupt input`, …).
Result<void> gunzip(std::string_view in, uint64_t limit, std::string& out);
/// Raw deflate, without a zlib header.
Result<void> inflate_raw(std::string_view in, uint64_t limit, std::string& out);
Result<void> unzstd(std::string_view in, uint64_t limit, std::string& out);
/// LZ4's frame format.
Result<void> unlz4(std::string_view in, uint64_t limit, std::string& out);
/// Snappy's block format, not the framed one.
Result<void> unsnap(std::string_view in, uint64_t limit, std::string& out);

/// kTooLarge with Loki's text, for a body of `got` bytes as sent, or after decompression.
Error body_too_large(uint64_t got, uint64_t limit);
Error decompressed_too_large(uint64_t got, uint64_t limit);

}  // namespace sleipnir::api
