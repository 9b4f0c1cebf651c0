// One JSON line a request on standard output, written when the request is over and dated at its beginning, in microseconds:
// a call and what it calls often begin in the same millisecond.
#pragma once

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>

#include "request_context.h"

class CanonicalLine {
 public:
  CanonicalLine(const RequestContext& context, std::string method, std::string path);

  // Fields of the domain, behind the common ones. Not for use by several threads.
  nlohmann::ordered_json fields;
  std::string error;

  void write(int status) const;

 private:
  const RequestContext& context_;
  std::string method_, path_;
  std::chrono::system_clock::time_point began_ = std::chrono::system_clock::now();
};
