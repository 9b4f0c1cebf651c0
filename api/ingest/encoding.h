#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace sleipnir::api {

class MemoryShare;

/// A push's body without its Content-Encoding, which may be missing, `identity`, gzip, deflate (raw), zstd, lz4 (frames) or snappy (one block).
/// `buffer` holds what was unpacked; otherwise the answer is `body`. For the doors whose encodings Loki's specification does not fix.
/// Takes from `memory` (nullptr: from nobody) what unpacking and then decoding costs. Errors: kInvalid for damage or another encoding, kTooLarge, kRate.
Result<std::string_view> unpack_body(std::string_view encoding, std::string_view body, std::string& buffer, MemoryShare* memory);

}  // namespace sleipnir::api
