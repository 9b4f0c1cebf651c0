// GET /loki/api/v1/tail and /api/prom/tail (http-api.md §8)
#include <optional>

#include "api/handlers.h"
#include "api/http/parameters.h"
#include "api/tail/hub.h"
#include "api/tail/reader.h"
#include "api/http/websocket.h"
#include "base/number.h"
#include "base/text.h"

namespace sleipnir::api {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view kLegacyPath = "/api/prom/tail";
constexpr int64_t kMostDelay = 5;  // seconds
constexpr auto kLongestTail = std::chrono::hours(1);
/// A reader that has not taken a frame for so long is slow: what it has no room for is lost, while a burst waits in its queue.
constexpr auto kPatience = std::chrono::seconds(1);
/// And one that has not taken a frame for so long is gone.
constexpr auto kStuck = std::chrono::minutes(5);

Result<Nanos> read_delay(const Request& request) {
  const std::string_view text = request.param("delay_for");
  if (text.empty()) return Nanos{0};
  const auto seconds = parse_go_int(text);
  if (!seconds) return invalid("strconv.Atoi: parsing " + go_quote(text) + ": invalid syntax");
  if (*seconds < 0 || *seconds > kMostDelay) return invalid("delay_for can't be greater than " + std::to_string(kMostDelay));
  return *seconds * kSecond;
}

Result<TailRequest> read_request(const Request& request, bool strict) {
  TailRequest tail;
  auto query = logql::parse(request.param("query"), {.strict = strict});
  if (!query) return query.error();
  tail.query = std::move(*query);
  auto limit = parse_limit(request.param("limit"), 100);
  if (!limit) return limit.error();
  tail.limit = *limit;
  auto time = read_time_range(request, now());
  if (!time) return time.error();
  tail.start = time->start;
  auto delay = read_delay(request);
  if (!delay) return delay.error();
  tail.delay = *delay;
  if (request.path.ends_with(kLegacyPath)) tail.form = TailForm::kLegacy;
  else tail.flags = encoding_flags(request);
  return tail;
}

/// One websocket with its reader, in the thread of its connection.
class TailSession {
 public:
  TailSession(Service& service, std::string tenant, TailRequest request) : service_(service), tenant_(std::move(tenant)), request_(std::move(request)) {}

  void run(Connection& connection, std::string_view key) {
    cancellation_ = &connection.cancellation;
    socket_.emplace(connection, key);
    socket_->run([this] { pump(); });
    subscription_.reset();
    socket_.reset();
  }

 private:
  void pump() {
    if (!reader_) {
      if (auto started = start(); !started) return socket_->close(started.error().kind == ErrorKind::kCancelled ? kGoingAway : kInternalError, started.error().message);
    }
    if (subscription_->queue().closed()) return socket_->close(kGoingAway, "the server is stopping");
    if (Clock::now() - begun_ >= kLongestTail) return socket_->close(kInternalError, "reached tail max duration limit");
    const auto waiting = socket_->busy() ? Clock::now() - socket_->busy_since() : Clock::duration{};
    if (waiting > kStuck) return socket_->abort();
    reader_->take(subscription_->queue(), now(), waiting > kPatience);
    if (!socket_->busy())
      if (std::string frame = reader_->buffer().frame(); !frame.empty()) socket_->send(std::move(frame));
    if (const auto due = reader_->buffer().next_due()) socket_->wake_at(Clock::now() + std::chrono::nanoseconds(std::max<Nanos>(*due - now(), 0)));
  }

  Result<void> start() {
    if (!request_.query->is_log()) return invalid("only log selector is supported");
    const Limits& limits = service_.config.limits;
    auto subscription = service_.tails.subscribe(tenant_, request_.log().matchers, limits.max_concurrent_tail_requests, [this] { socket_->wake(); });
    if (!subscription) return subscription.error();
    subscription_.emplace(std::move(*subscription));
    if (limits.query_timeout > 0) cancellation_->deadline = Clock::now() + std::chrono::nanoseconds(limits.query_timeout);
    const logql::QueryContext context{.source = &service_.source, .tenant = tenant_, .limits = &limits, .cancellation = cancellation_, .stats = &stats_};
    const Nanos present = now();
    auto reader = TailReader::make(request_, context, present);
    if (!reader) return reader.error();
    if (auto read = (*reader)->read_history(subscription_->queue(), context, present); !read) return read;
    reader_ = std::move(*reader);
    return {};
  }

  Service& service_;
  const std::string tenant_;
  const TailRequest request_;
  const Clock::time_point begun_ = Clock::now();
  Cancellation* cancellation_ = nullptr;
  ScanStats stats_;
  std::optional<WebSocket> socket_;  // the subscription wakes it, so it goes last
  std::optional<TailHub::Subscription> subscription_;
  std::unique_ptr<TailReader> reader_;
};

}  // namespace

void tail(Service& service, const std::string& tenant, Request& request, Response& response) {
  auto tail = read_request(request, service.config.strict);
  if (!tail) return answer_error(response, tail.error());
  TimeRange history{tail->start, now()};
  clamp_lookback(history, service.config.limits, history.end);
  tail->start = history.start;
  if (!asks_for_websocket(request)) return answer_text(response, 400, "Bad Request");
  response.status = 101;
  response.take_over = [session = std::make_shared<TailSession>(service, tenant, std::move(*tail)), key = std::string(request.header("Sec-WebSocket-Key"))](Connection& connection) {
    session->run(connection, key);
  };
}

}  // namespace sleipnir::api
