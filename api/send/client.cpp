#include "api/send/client.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "base/http.h"
#include "base/number.h"
#include "base/text.h"

namespace sleipnir::api {
namespace {

using std::chrono::milliseconds;

constexpr int kMostTries = 10;
constexpr milliseconds kFirstPause{500}, kLongestPause{30'000};

struct Address {
  std::string base, path;  // `http://host:port`, `/prefix`
};

Result<Address> parse_url(const std::string& url) {
  const size_t scheme = url.find("://");
  if (scheme == url.npos || (url.compare(0, scheme, "http") != 0 && url.compare(0, scheme, "https") != 0)) return invalid("--url: http://HOST:PORT is expected, not " + url);
  const size_t slash = std::min(url.find('/', scheme + 3), url.size());
  Address address{url.substr(0, slash), url.substr(slash)};
  while (address.path.ends_with('/')) address.path.pop_back();
  return address;
}

bool worth_another_try(int status) { return status == 429 || status >= 500; }

class HttpSendClient : public SendClient {
 public:
  HttpSendClient(const SendOptions& options, Address address) : follow_(options.follow), client_(address.base), path_(address.path + "/loki/api/v1/push") {
    client_.set_keep_alive(true);
    client_.set_tcp_nodelay(true);
    client_.set_connection_timeout(10);
    client_.set_read_timeout(60);
    client_.set_write_timeout(60);
    if (const char* authorities = std::getenv("SSL_CERT_FILE")) client_.set_ca_cert_path(authorities);
    if (!options.tenant.empty()) headers_.emplace("X-Scope-OrgID", options.tenant);
    const size_t colon = options.token.find(':');
    if (colon != options.token.npos) headers_.insert(httplib::make_basic_authentication_header(options.token.substr(0, colon), options.token.substr(colon + 1)));
    else if (!options.token.empty()) headers_.emplace("Authorization", "Bearer " + options.token);
    if (options.gzip) headers_.emplace("Content-Encoding", "gzip");
  }

  Result<void> push(const std::string& body, const std::atomic<bool>& stop) override {
    milliseconds pause = kFirstPause;
    for (int tries = 1;; ++tries) {
      milliseconds asked{0};
      auto [error, again] = attempt(body, asked);
      if (error.empty()) return {};
      if (!again || stop || (!follow_ && tries >= kMostTries)) return Error{ErrorKind::kIo, std::move(error)};
      if (tries == 1) std::fprintf(stderr, "\rsleipnir: %s; trying again\n", error.c_str());
      sleep(asked.count() > 0 ? std::min(asked, 4 * kLongestPause) : pause, stop);
      pause = std::min(2 * pause, kLongestPause);
    }
  }

 private:
  struct Attempt {
    std::string error;
    bool again = false;
  };

  Attempt attempt(const std::string& body, milliseconds& asked) {
    const auto answer = client_.Post(path_, headers_, body, "application/x-protobuf");
    if (!answer) return {"cannot reach the server: " + httplib::to_string(answer.error()), true};
    if (answer->status / 100 == 2) return {};
    if (const auto seconds = parse_go_int(answer->get_header_value("Retry-After")); seconds && *seconds > 0) asked = milliseconds(std::min<int64_t>(*seconds, 3600) * 1000);
    return {"the server says " + std::to_string(answer->status) + ": " + std::string(trim_space(answer->body)), worth_another_try(answer->status)};
  }

  static void sleep(milliseconds time, const std::atomic<bool>& stop) {
    constexpr milliseconds kSlice{50};
    for (; time.count() > 0 && !stop; time -= kSlice) std::this_thread::sleep_for(std::min(time, kSlice));
  }

  const bool follow_;
  httplib::Client client_;
  httplib::Headers headers_;
  std::string path_;
};

}  // namespace

Result<std::unique_ptr<SendClient>> SendClient::make(const SendOptions& options) {
  auto address = parse_url(options.url);
  if (!address) return address.error();
  return std::unique_ptr<SendClient>(std::make_unique<HttpSendClient>(options, std::move(*address)));
}

}  // namespace sleipnir::api
