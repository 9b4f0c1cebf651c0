#include "rules/poster.h"

#include <atomic>

#include "base/http.h"
#include "rules/url.h"
#include "spdlog/fmt/fmt.h"

namespace sleipnir::rules {
namespace {

constexpr size_t kMostAnswer = 4096;  // of the receiver's words as much as a log line holds
constexpr auto kMostConnecting = std::chrono::seconds(3);  // a stop of the server may have to wait for it
constexpr auto kMostTime = std::chrono::seconds(60);       // of reading an answer

}  // namespace

struct Poster::Client {
  Client(Endpoint to, const Url& url) : endpoint(std::move(to)), path(url.path), http(url.server) {
    http.set_connection_timeout(std::min<std::chrono::nanoseconds>(std::chrono::nanoseconds(endpoint.timeout), kMostConnecting));
    http.set_read_timeout(std::chrono::nanoseconds(endpoint.timeout));
    http.set_write_timeout(std::chrono::nanoseconds(endpoint.timeout));
    http.set_keep_alive(true);
    http.set_tcp_nodelay(true);
    const std::string& user = endpoint.user.empty() ? url.user : endpoint.user;
    if (!user.empty()) http.set_basic_auth(user, endpoint.user.empty() ? url.password : endpoint.password);
  }

  const Endpoint endpoint;
  const std::string path;
  httplib::Client http;
  std::atomic<bool> interrupted{false};
};

Result<std::unique_ptr<Poster>> Poster::open(Endpoint endpoint) {
  auto url = parse_url(endpoint.url);
  if (!url) return url.error();
  auto client = std::make_unique<Client>(std::move(endpoint), *url);
  if (!client->http.is_valid()) return invalid(public_url(client->endpoint.url) + ": not a URL");
  return std::unique_ptr<Poster>(new Poster(std::move(client)));
}

Poster::Poster(std::unique_ptr<Client> client) : client_(std::move(client)) {}
Poster::~Poster() = default;

Posted Poster::post(const std::string& tenant, const std::string& body) {
  if (client_->interrupted) return {Error{ErrorKind::kCancelled, "the server stops"}};
  httplib::Request request;
  request.method = "POST";
  request.path = client_->path;
  request.body = body;
  request.headers = {{"User-Agent", "sleipnir"}, {"X-Scope-OrgID", tenant}};
  for (const auto& [name, value] : client_->endpoint.headers) request.headers.emplace(name, value);
  std::string answer;
  const auto until = std::chrono::steady_clock::now() + kMostTime;
  request.content_receiver = [&](const char* data, size_t n, uint64_t, uint64_t) {
    answer.append(data, std::min(n, kMostAnswer - answer.size()));
    return answer.size() < kMostAnswer && std::chrono::steady_clock::now() < until;
  };
  httplib::Response response;
  httplib::Error error = httplib::Error::Success;
  const bool answered = client_->http.send(request, response, error) || (response.status > 0 && error == httplib::Error::Canceled);
  if (!answered) return {Error{ErrorKind::kIo, fmt::format("the request failed: {}", httplib::to_string(error))}, true};
  if (response.status >= 200 && response.status < 300) return {};
  const bool busy = response.status == 429 || response.status >= 500;
  return {Error{ErrorKind::kIo, fmt::format("status {}: {}", response.status, answer)}, busy};
}

void Poster::interrupt() {
  client_->interrupted = true;
  client_->http.stop();
}

}  // namespace sleipnir::rules
