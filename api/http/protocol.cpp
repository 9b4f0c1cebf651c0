#include "api/http/protocol.h"

#include <charconv>
#include <exception>

#include "api/http/answer_body.h"
#include "api/http/form.h"
#include "api/ingest/media_type.h"
#include "base/text.h"
#include "spdlog/spdlog.h"

namespace sleipnir::api {
namespace {

constexpr uint64_t kChunkOverhead = 64 << 20;  // what the framing of a chunked body may cost on top of it

/// Content-Length, 0 where there is none; nullopt where it is no number or there are several.
std::optional<uint64_t> content_length(const httplib::Headers& headers) {
  const auto [first, last] = headers.equal_range("Content-Length");
  if (first == last) return 0;
  if (std::next(first) != last) return {};
  uint64_t n = 0;
  const auto& text = first->second;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return n;
}

bool reads_body(std::string_view method) { return method == "POST" || method == "PUT" || method == "PATCH" || method == "DELETE"; }

/// `/path?query` of `http://host/path?query`, which is how a proxy is asked (RFC 9112 §3.2.2).
std::string_view origin_form(std::string_view target) {
  const size_t scheme = target.find("://");
  if (target.starts_with('/') || scheme == target.npos) return target;
  const size_t path = target.find('/', scheme + 3);
  return path == target.npos ? "/" : target.substr(path);
}

/// As Go's http.Request.ParseForm: a type that cannot be read is an error, whatever the body is.
Result<bool> is_form(const Request& request) {
  const std::string_view header = request.header("Content-Type");
  if (header.empty() || !reads_body(request.method) || request.method == "DELETE") return false;
  const auto type = parse_media_type(header);
  if (!type) return type.error();
  return *type == "application/x-www-form-urlencoded";
}

}  // namespace

struct Protocol::Exchange {
  Connection& connection;
  Request request;
  Response response;
  Router::Found found;
  httplib::Request* raw = nullptr;
  uint64_t body_length = 0;
  bool old_protocol = false;  // HTTP/1.0 knows no chunks
  bool chunked = false, refused = false, body_read = false, responded = false;
  bool unframed = false;  // where the next request begins is unknown

  void refuse(int status, std::string_view text) {
    if (refused) return;
    refused = true;
    response = {};
    answer_text(response, status, text);
  }
  bool body_consumed() const { return chunked ? body_read : connection.body_bytes() == body_length; }
};

thread_local Protocol::Exchange* Protocol::current_ = nullptr;

Protocol::Protocol(const Router& router, Observer observer, Gate gate, MemoryBudget* push_memory)
    : router_(router), observer_(std::move(observer)), gate_(std::move(gate)), push_memory_(push_memory) {
  svr_sock_ = 0;  // the library ends streamed answers when this is no descriptor
  set_keep_alive_timeout(180);
  set_keep_alive_max_count(1'000'000);
  const auto without_body = [this](const httplib::Request&, httplib::Response& res) { answer(*current_, res, nullptr); };
  const auto with_body = [this](const httplib::Request&, httplib::Response& res, const httplib::ContentReader& body) { answer(*current_, res, &body); };
  Get("/", without_body);
  Options("/", without_body);
  Post("/", with_body);
  Put("/", with_body);
  Patch("/", with_body);
  Delete("/", with_body);
  set_expect_100_continue_handler([this](const httplib::Request&, httplib::Response& res) {
    if (!current_->refused) return 100;
    answer(*current_, res, nullptr);
    res.set_header("Content-Length", std::to_string(res.body.size()));
    return res.status;
  });
  set_exception_handler([](const httplib::Request&, httplib::Response& res, std::exception_ptr) {
    res.status = 500;
    res.set_content("internal error\n", "text/plain; charset=utf-8");
  });
}

bool Protocol::serve(Connection& connection, bool last) {
  const auto start = std::chrono::steady_clock::now();
  Exchange exchange{connection};
  exchange.request.cancellation = &connection.cancellation;
  current_ = &exchange;
  bool closed = last;
  const bool written = process_request(connection, last, closed, [&](httplib::Request& raw) { prepare(exchange, raw); });
  current_ = nullptr;
  const bool sent = connection.flush();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const Route* route = exchange.found.route;
  if (observer_) observer_(route != nullptr ? route->pattern : "", exchange.request.method, exchange.responded ? exchange.response.status : 400, seconds);
  if (!written || !sent || !exchange.responded) return false;
  if (exchange.unframed || !exchange.body_consumed()) {
    connection.linger(exchange.unframed ? std::chrono::seconds(1) : std::chrono::seconds(5));
    return false;
  }
  return !closed;
}

void Protocol::prepare(Exchange& exchange, httplib::Request& raw) const {
  Request& request = exchange.request;
  exchange.raw = &raw;
  request.method = raw.method;
  exchange.old_protocol = raw.version == "HTTP/1.0";
  for (const auto& [name, value] : raw.headers) request.headers.emplace_back(name, value);
  const auto length = content_length(raw.headers);
  const bool framed = raw.has_header("Transfer-Encoding");
  exchange.chunked = framed;
  exchange.body_length = length.value_or(0);
  if (!length || (framed && (raw.has_header("Content-Length") || strcasecmp(raw.get_header_value("Transfer-Encoding").c_str(), "chunked") != 0)))
    exchange.unframed = true;
  if (exchange.unframed) exchange.refuse(400, "400 Bad Request");

  // What the library would act on by itself.
  raw.path = "/";
  raw.params.clear();
  raw.ranges.clear();
  for (const char* name : {"Content-Encoding", "Accept-Encoding", "Content-Type"}) raw.headers.erase(name);
  if (!framed && !raw.has_header("Content-Length")) raw.set_header("Content-Length", "0");

  const std::string_view target = origin_form(exchange.connection.target());
  const size_t query = target.find('?');
  if (query != target.npos) request.query = target.substr(query + 1, target.find('#', query) - query - 1);
  auto path = percent_decode(target.substr(0, std::min(target.find_first_of("?#"), target.size())), false);
  if (!path) return exchange.refuse(400, "400 Bad Request");
  request.path = std::move(*path);
  exchange.found = router_.find(request.method, request.path);
  request.path_values = exchange.found.path_values;
  const uint64_t most = exchange.found.route != nullptr ? exchange.found.route->max_body : 0;
  exchange.connection.limit_body(most + kChunkOverhead);
  using Outcome = Router::Found::Outcome;
  switch (exchange.found.outcome) {
    case Outcome::kNoSuchPath: return exchange.refuse(404, "404 page not found");
    case Outcome::kWrongMethod:
      exchange.refuse(405, "");
      exchange.response = {.status = 405};
      return;
    case Outcome::kRedirect:
      exchange.refuse(301, "Moved Permanently");
      exchange.response.headers.emplace_back("Location", exchange.found.location + (query != target.npos ? "?" + request.query : ""));
      return;
    case Outcome::kRoute: break;
  }
  if (gate_ && !gate_(*exchange.found.route, request, exchange.response)) {
    exchange.refused = true;
    return;
  }
  if (exchange.body_length > most)
    exchange.refuse(413, "request body too large: message size too large than max (" + std::to_string(exchange.body_length) + " vs " + std::to_string(most) + ")");
  if (!exchange.refused && push_memory_ != nullptr && exchange.found.route->raw_body) {
    request.memory = std::make_shared<MemoryShare>(*push_memory_);
    if (auto taken = request.memory->take(exchange.body_length); !taken) exchange.refuse(http_status(taken.error().kind), taken.error().message);
  }
}

void Protocol::answer(Exchange& exchange, httplib::Response& raw, const httplib::ContentReader* body) const {
  Request& request = exchange.request;
  if (!exchange.refused && body != nullptr && reads_body(request.method)) {
    const size_t most = exchange.found.route->max_body;
    request.body.reserve(exchange.body_length);
    exchange.body_read = (*body)([&](const char* data, size_t n) {
      if (request.body.size() + n > most) {
        exchange.refuse(413, "request body too large: message size too large than max (" + std::to_string(request.body.size() + n) + " vs " + std::to_string(most) + ")");
        return false;
      }
      if (exchange.chunked && request.memory)
        if (auto taken = request.memory->take(n); !taken) {
          exchange.refuse(http_status(taken.error().kind), taken.error().message);
          return false;
        }
      request.body.append(data, n);
      return true;
    });
    if (!exchange.body_read) exchange.refuse(400, "unexpected EOF");
  }
  if (!exchange.refused) run_handler(exchange);
  std::string().swap(request.body);
  request.memory.reset();  // before the client hears the answer, and sends the next
  if (exchange.response.stream && exchange.old_protocol) {
    exchange.response = {};
    answer_text(exchange.response, 400, "this answer comes in chunks, which need HTTP/1.1");
  }

  Response& response = exchange.response;
  exchange.responded = true;
  if (response.take_over) {
    response.take_over(exchange.connection);
    exchange.connection.mute();
    exchange.unframed = true;
  }
  if (response.status >= 500) log_failure(request, response);
  if (exchange.unframed || !exchange.body_consumed()) {  // the library reads there whether to announce the end of the connection
    exchange.raw->headers.erase("Connection");
    exchange.raw->set_header("Connection", "close");
  }
  raw.status = response.status;
  for (const auto& [name, value] : response.headers) raw.set_header(name, value);
  raw.set_header("Vary", "Accept-Encoding");
  if (response.status == 429 || response.status == 503) raw.set_header("Retry-After", "1");
  if (!response.content_type.empty()) raw.set_header("Content-Type", response.content_type);
  put_body(response, exchange.request.header("Accept-Encoding"), exchange.old_protocol, raw);
}

void Protocol::log_failure(const Request& request, const Response& response) const {
  const auto held_back = failures_.due();
  if (!held_back) return;
  std::string why = response.body.empty() ? "" : response.body.front().substr(0, 500);
  std::erase_if(why, [](char c) { return static_cast<unsigned char>(c) < ' '; });
  spdlog::error("{} {}: {} {}{}", request.method, request.path, response.status, why, *held_back > 0 ? " (and " + std::to_string(*held_back) + " more)" : "");
}

void Protocol::run_handler(Exchange& exchange) const {
  Request& request = exchange.request;
  if (!exchange.found.route->raw_body) {
    const auto form = is_form(request);
    if (!form) return answer_error(exchange.response, form.error());
    if (*form)
      if (auto parsed = parse_form(request.body, request.params); !parsed) return answer_error(exchange.response, parsed.error());
  }
  if (auto form = parse_form(request.query, request.params); !form) return answer_error(exchange.response, form.error());
  if (exchange.connection.watch_hangup) exchange.connection.watch_hangup();
  std::string what;
  try {
    return exchange.found.route->handler(request, exchange.response);
  } catch (const std::exception& e) {
    what = e.what();
  } catch (...) {
    what = "unknown exception";
  }
  exchange.response = {};
  answer_error(exchange.response, {ErrorKind::kInternal, "internal error: " + what});
}

}  // namespace sleipnir::api
