#pragma once
#include <string_view>
#include <vector>

#include "api/ingest/request.h"
#include "base/result.h"

namespace sleipnir::api {

/// Decodes a logproto.PushRequest (http-api.md §9.2), already decompressed. Unknown fields are skipped. Streams without entries are kept.
/// Lines are borrowed from `message`. Error: kInvalid, protobuf's text (`unexpected EOF`, `proto: wrong wireType = 0 for field Labels`, …), or kTooLarge (DecodeBudget).
Result<std::vector<ReceivedStream>> decode_push_proto(std::string_view message);

}  // namespace sleipnir::api
