#pragma once
#include <string>
#include <vector>

#include "base/labels.h"

namespace sleipnir::api {

/// What `sleipnir push` was asked for.
struct SendOptions {
  std::string url = "http://127.0.0.1:3100";
  std::string tenant, token;       ///< "" sends none
  LabelSet labels;
  std::string time_field;          ///< of JSON lines; "" uses the time of reading
  bool follow = false;
  bool gzip = false;               ///< instead of snappy
  std::vector<std::string> files;  ///< `-` is standard input
};

/// Sends files to a server that speaks Loki's push API and returns the exit status: 0 when every line was stored, 1 when some was not or a file cannot be read. Says
/// on stderr what went wrong, and shows progress there if it is a terminal. SIGINT and SIGTERM end it after what was read has been sent.
int send_files(const SendOptions& options);

}  // namespace sleipnir::api
