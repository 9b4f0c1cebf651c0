#include "api/http/exchange.h"

#include <strings.h>

namespace sleipnir::api {
namespace {

bool same_name(std::string_view a, std::string_view b) { return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0; }

}  // namespace

std::string_view Request::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (same_name(key, name)) return value;
  return {};
}

std::string_view Request::param(std::string_view name) const {
  for (const auto& [key, value] : params)
    if (key == name) return value;
  return {};
}

bool Request::has_param(std::string_view name) const {
  for (const auto& [key, value] : params)
    if (key == name) return true;
  return false;
}

void Response::set(std::string type, std::string text) {
  content_type = std::move(type);
  body.clear();
  body.push_back(std::move(text));
}

size_t Response::bytes() const {
  size_t n = 0;
  for (const auto& piece : body) n += piece.size();
  return n;
}

int http_status(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kInvalid:
    case ErrorKind::kLimit: return 400;
    case ErrorKind::kTooLarge: return 413;
    case ErrorKind::kUnprocessable: return 422;
    case ErrorKind::kNotFound: return 404;
    case ErrorKind::kTimeout: return 504;
    case ErrorKind::kCancelled: return 499;
    case ErrorKind::kRate: return 429;
    case ErrorKind::kExecution:
    case ErrorKind::kCorrupt:
    case ErrorKind::kIo:
    case ErrorKind::kInternal: break;
  }
  return 500;
}

void answer_error(Response& response, const Error& error) {
  response.status = http_status(error.kind);
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  response.set(std::string(kPlain), error.message);
}

void answer_text(Response& response, int status, std::string_view text) {
  response.status = status;
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  response.set(std::string(kPlain), std::string(text) + "\n");
}

}  // namespace sleipnir::api
