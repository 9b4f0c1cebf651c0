#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace sleipnir::api {

/// The media type of a Content-Type header, lower case, without its parameters, as Go's mime.ParseMediaType reads it.
/// Errors are Go's: `mime: no media type`, `mime: invalid media parameter`, `mime: duplicate parameter name`, `mime: expected slash in first token`, ….
Result<std::string> parse_media_type(std::string_view header);

}  // namespace sleipnir::api
