#pragma once
// One HTTP request and its answer, as handlers see them: no sockets, no HTTP library.
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/scan.h"

namespace sleipnir::api {

class Connection;
class MemoryShare;
struct Identity;

using Pairs = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method;
  std::string path;        ///< percent-decoded
  std::string query;       ///< what stands after `?`, not decoded
  Pairs headers;
  std::string body;
  Pairs params;            ///< of an urlencoded body, then of the URL
  std::vector<std::string> path_values;  ///< of the `{…}` segments of the route
  const Identity* identity = nullptr;    ///< whom the credentials prove; nullptr where the server asks for none
  std::shared_ptr<MemoryShare> memory;   ///< of a push; handlers take from it what they unpack. nullptr: nobody counts
  Cancellation* cancellation = nullptr;  ///< set when the client goes away; lives as long as the request

  /// Value of the first header of that name (any case), "" where there is none.
  std::string_view header(std::string_view name) const;
  /// First value of a parameter, "" where it is missing: an empty parameter counts as missing everywhere in this API.
  std::string_view param(std::string_view name) const;
  bool has_param(std::string_view name) const;
};

struct Response {
  int status = 200;
  std::string content_type;
  Pairs headers;
  std::vector<std::string> body;  ///< pieces, sent one after the other and never joined when they are large
  /// Instead of `body`, for answers that are never held: writes pieces until it is done or `write` returns false, which says that the client is gone. The head has
  /// been sent by then, so that an Error can only cut the answer short.
  std::function<Result<void>(const std::function<bool(std::string_view)>& write)> stream;
  /// Instead of an answer: speaks another protocol (a websocket) on the connection, from its handshake on, and returns when that is over.
  /// The connection ends with it.
  std::function<void(Connection&)> take_over;

  void set(std::string type, std::string text);
  size_t bytes() const;
};

inline constexpr std::string_view kJson = "application/json; charset=UTF-8";
inline constexpr std::string_view kPlain = "text/plain; charset=utf-8";

/// Loki's query endpoints say why they fail in plain text without a newline at the end (http-api.md §0.3).
void answer_error(Response& response, const Error& error);
/// The other endpoints, and the router: with a newline.
void answer_text(Response& response, int status, std::string_view text);
int http_status(ErrorKind kind);

}  // namespace sleipnir::api
