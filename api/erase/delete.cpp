// Loki's delete API (http-api.md §11).
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "api/erase/delete_requests.h"
#include "api/http/form.h"
#include "api/handlers.h"
#include "base/number.h"

namespace sleipnir::api {
namespace {

constexpr std::string_view kDeleteJson = "application/json";
constexpr Nanos kMostInterval = kDay;

/// Parameters of the URL alone: a body is not looked at.
Result<Request> url_parameters(const Request& request) {
  Request url;
  if (auto parsed = parse_form(request.query, url.params); !parsed) return parsed.error();
  return url;
}

/// Ten digits of Unix seconds, or RFC 3339.
std::optional<Nanos> parse_time(std::string_view text) {
  if (text.size() == 10) {
    if (const auto seconds = parse_go_int(text)) {
      Nanos time;
      return __builtin_mul_overflow(*seconds, kSecond, &time) ? std::numeric_limits<Nanos>::max() : time;
    }
  }
  const auto time = parse_rfc3339(text);
  return time ? std::optional(*time) : std::nullopt;
}

/// How Loki splits large requests; only checked, as nothing has to be split here.
Result<void> check_interval(std::string_view text, Nanos asked) {
  if (text.empty()) return {};
  const auto interval = parse_go_duration(text);
  if (!interval || *interval < kSecond) return invalid("invalid max_interval: valid time units are 's', 'm', 'h'");
  if (*interval > kMostInterval) return invalid("max_interval can't be greater than 24h0m0s");
  if (*interval > asked) return invalid("max_interval can't be greater than the interval to be deleted (" + format_go_duration(asked) + ")");
  return {};
}

Result<DeleteRequest> read_delete_request(const Request& url, Nanos now) {
  DeleteRequest request{.query = std::string(url.param("query")), .created = now};
  if (request.query.empty()) return invalid("query not set");
  if (auto mask = compile_mask(request); !mask) return invalid("invalid query expression");
  if (url.param("start").empty()) return invalid("start time not set");
  const auto start = parse_time(url.param("start"));
  if (!start) return invalid("invalid start time: require unix seconds or RFC3339 format");
  request.first = *start;
  request.last = now;
  if (!url.param("end").empty()) {
    const auto end = parse_time(url.param("end"));
    if (!end) return invalid("invalid end time: require unix seconds or RFC3339 format");
    request.last = *end;
  }
  if (request.last > now) return invalid("deletes in the future are not allowed");
  if (request.first >= request.last) return invalid("start time can't be greater than or equal to end time");
  if (auto checked = check_interval(url.param("max_interval"), request.last - request.first); !checked) return checked.error();
  return request;
}

double seconds(Nanos time) { return std::round(static_cast<double>(time) / 1e6) / 1e3; }

std::string state_text(const DeleteRequest& request) {
  switch (request.state) {
    case DeleteRequest::State::kReceived: return "received";
    case DeleteRequest::State::kRunning: return std::to_string(static_cast<int>(request.progress * 100)) + "% Complete";
    case DeleteRequest::State::kProcessed: return "processed";
  }
  return {};
}

void answer(Response& response, const Result<void>& done) {
  if (done) response.status = 204;
  else answer_text(response, http_status(done.error().kind), done.error().message);
}

bool refuse_where_disabled(const Service& service, Response& response) {
  if (service.config.limits.deletion_mode != "disabled") return false;
  answer_text(response, 403, "deletion is not available for this tenant");
  return true;
}

}  // namespace

void add_delete_request(Service& service, const std::string& tenant, Request& request, Response& response) {
  if (refuse_where_disabled(service, response)) return;
  const auto url = url_parameters(request);
  if (!url) return answer(response, url.error());
  auto asked = read_delete_request(*url, now());
  if (!asked) return answer(response, asked.error());
  const auto id = service.deletes.add(tenant, std::move(*asked));
  if (!id) return answer(response, id.error());
  response.status = 204;
  response.headers.emplace_back("X-Delete-Request-ID", *id);
}

void list_delete_requests(Service& service, const std::string& tenant, Request&, Response& response) {
  if (refuse_where_disabled(service, response)) return;
  auto all = nlohmann::ordered_json::array();
  for (const DeleteRequest& r : service.deletes.list(tenant)) {
    all.push_back({{"request_id", r.id}, {"start_time", seconds(r.first)}, {"end_time", seconds(r.last)}, {"query", r.query}, {"status", state_text(r)},
                   {"created_at", seconds(r.created)}, {"user_id", ""}});
  }
  response.set(std::string(kDeleteJson), all.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

void cancel_delete_request(Service& service, const std::string& tenant, Request& request, Response& response) {
  if (refuse_where_disabled(service, response)) return;
  const auto url = url_parameters(request);
  if (!url) return answer(response, url.error());
  const bool force = url->param("force") == "true";
  const Nanos period = service.config.delete_cancel_period;
  const auto allowed = [&](const DeleteRequest& r) -> Result<void> {
    if (r.state != DeleteRequest::State::kReceived) return invalid("deletion of request which is in process or already processed is not allowed");
    if (!force && now() - r.created > period) return invalid("deletion of request past the deadline of " + format_go_duration(period) + " since its creation is not allowed");
    return {};
  };
  answer(response, service.deletes.cancel(tenant, std::string(url->param("request_id")), allowed));
}

/// Clients that cache results ask whether deletions have changed them.
void cache_generation(Service& service, const std::string& tenant, Request&, Response& response) {
  const auto requests = service.deletes.list(tenant);
  response.set(std::string(kDeleteJson), requests.empty() ? "\"\"" : "\"" + std::to_string(requests.back().created / kSecond) + "\"");
}

}  // namespace sleipnir::api
