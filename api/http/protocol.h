#pragma once
#include <functional>

#include "api/http/connection.h"
#include "api/http/router.h"
#include "api/http/seldom.h"
#include "api/memory_budget.h"
#include "base/http.h"

namespace sleipnir::api {

/// HTTP/1.1 between a connection and the routes: parses the request, bounds and reads its body, runs the handler, sends the answer.
/// The HTTP library does the parsing and the framing; routing, decoding of encodings and compression are ours (it would answer with Brotli at
/// its slowest level, decode request bodies that only the push knows how to decode, and match paths by backtracking).
class Protocol : private httplib::Server {
 public:
  /// Seen after each request: route pattern ("" where there is none), method, status, seconds.
  using Observer = std::function<void(std::string_view pattern, std::string_view method, int status, double seconds)>;

  /// `push_memory` is what bodies of pushes and all that becomes of them may take together; beyond it they are refused with 429 and asked to come again.
  /// A gate is asked before the body is read whether the request may go on; if not, it has written the answer.
  using Gate = std::function<bool(const Route& route, Request& request, Response& response)>;

  Protocol(const Router& router, Observer observer, Gate gate = {}, MemoryBudget* push_memory = nullptr);

  /// Answers the request whose head the connection holds. False: the connection must be closed.
  bool serve(Connection& connection, bool last);

 private:
  struct Exchange;

  void prepare(Exchange& exchange, httplib::Request& raw) const;
  void answer(Exchange& exchange, httplib::Response& raw, const httplib::ContentReader* body) const;
  void run_handler(Exchange& exchange) const;
  void log_failure(const Request& request, const Response& response) const;

  const Router& router_;
  Observer observer_;
  Gate gate_;
  MemoryBudget* push_memory_;
  mutable Seldom failures_{std::chrono::seconds(1)};
  static thread_local Exchange* current_;  // the library's handlers have no other way to it
};

}  // namespace sleipnir::api
