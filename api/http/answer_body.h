#pragma once
#include <string_view>

#include "api/http/exchange.h"
#include "base/http.h"

namespace sleipnir::api {

/// Makes the body of `response` that of the library's answer, compressed as the client likes best where that pays. Long and streamed bodies go out in
/// chunks, which `old_protocol` (HTTP/1.0) does not know: streamed ones must not come here then. `response` must live until the answer is sent; its
/// memory is given back piece by piece.
void put_body(Response& response, std::string_view accept_encoding, bool old_protocol, httplib::Response& raw);

}  // namespace sleipnir::api
