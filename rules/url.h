#pragma once
#include <string>

#include "base/result.h"

namespace sleipnir::rules {

/// A receiver's address, in the pieces that a client needs.
struct Url {
  std::string server;          ///< scheme, host, port: `http://host:9093`
  std::string path;            ///< with the query; at least `/`
  std::string user, password;  ///< of `user:password@`, decoded
};

/// Errors (kInvalid): no http or https, no host. They do not show the password.
Result<Url> parse_url(const std::string& text);

/// The URL without what stands before its `@`: it may be shown.
std::string public_url(const std::string& url);

}  // namespace sleipnir::rules
