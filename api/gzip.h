#pragma once
#include <functional>
#include <string_view>
#include <vector>
#include <string>

namespace sleipnir::api {

/// Whether an Accept-Encoding header takes gzip.
bool accepts_gzip(std::string_view accept_encoding);

/// Compresses the pieces as one gzip member and hands the output on in blocks of up to 64 KiB. False when `write` returned false.
bool gzip(const std::vector<std::string>& pieces, const std::function<bool(const char*, size_t)>& write);

}  // namespace sleipnir::api
