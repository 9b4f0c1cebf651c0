#pragma once
#include <string_view>
#include <vector>

#include "api/ingest/request.h"
#include "base/result.h"

namespace sleipnir::api {

/// Decodes a push body in JSON (http-api.md §9.4):
///   {"streams":[{"stream":{"app":"web"},"values":[["1795259536827764888","line",{"trace_id":"abc"}]]}]}
/// Unknown members and text after the object are passed over. Streams without values are kept. Lines without escapes are borrowed from `body`; some 500 MB/s.
/// Errors are kInvalid: `EOF` for an empty body, `loghttp.PushRequest.…` for text that is no JSON or values of the wrong type.
Result<std::vector<ReceivedStream>> decode_push_json(std::string_view body);

/// The older form, of /api/prom/push:
///   {"streams":[{"labels":"{app=\"web\"}","entries":[{"ts":"2026-11-21T08:00:00Z","line":"x"}]}]}
/// Errors are kInvalid and start with `push.PushRequest.`.
Result<std::vector<ReceivedStream>> decode_push_json_legacy(std::string_view body);

}  // namespace sleipnir::api
