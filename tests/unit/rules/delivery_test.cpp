#include "rules/delivery.h"

#include <doctest/doctest.h>

#include <thread>

#include "base/http.h"

using namespace sleipnir;
using namespace sleipnir::rules;

namespace {

/// Answers with one status after the other, then 200.
class TestReceiver {
 public:
  explicit TestReceiver(std::vector<int> statuses = {}) : statuses_(std::move(statuses)) {
    server_.Post("/x", [this](const httplib::Request& request, httplib::Response& response) {
      std::lock_guard lock(mutex_);
      response.status = statuses_.empty() ? 200 : statuses_.front();
      if (!statuses_.empty()) statuses_.erase(statuses_.begin());
      log += request.get_header_value("X-Scope-OrgID") + ":" + request.body + "=" + std::to_string(response.status) + " ";
      authorization = request.get_header_value("Authorization");
    });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::yield();
  }
  ~TestReceiver() {
    server_.stop();
    thread_.join();
  }
  std::string url(const std::string& login = "") const { return "http://" + login + "127.0.0.1:" + std::to_string(port_) + "/x"; }
  std::string log, authorization;

 private:
  std::vector<int> statuses_;
  std::mutex mutex_;
  httplib::Server server_;
  int port_ = 0;
  std::thread thread_;
};

Message message(std::string body, size_t items = 1) { return {"t", std::make_shared<const std::string>(std::move(body)), items}; }

std::unique_ptr<Delivery> open(const std::string& url, DeliveryBounds bounds = {.first_pause = kMillisecond}) {
  auto delivery = Delivery::open({.url = url, .timeout = kSecond}, bounds);
  REQUIRE_MESSAGE(delivery.ok(), delivery.error().message);
  return std::move(*delivery);
}

DeliveryStats wait(const Delivery& delivery) {
  for (int i = 0; i < 6000 && delivery.stats().waiting > 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  return delivery.stats();
}

}  // namespace

TEST_CASE("messages arrive in order, after tries enough") {
  const auto f = [](std::vector<int> statuses, std::string_view want, uint64_t sent, uint64_t failed) {
    TestReceiver receiver(std::move(statuses));
    auto delivery = open(receiver.url());
    delivery->push(message("a", 2));
    delivery->push(message("b", 3));
    const DeliveryStats stats = wait(*delivery);
    CHECK(receiver.log == want);
    CHECK(stats.sent == sent);
    CHECK(stats.failed == failed);
  };
  f({}, "t:a=200 t:b=200 ", 5, 0);
  f({503, 429, 204}, "t:a=503 t:a=429 t:a=204 t:b=200 ", 5, 0);
  f({400}, "t:a=400 t:b=200 ", 3, 2);
}

TEST_CASE("credentials are sent, and not shown") {
  TestReceiver receiver;
  auto delivery = open(receiver.url("u:p@"));
  CHECK(delivery->name() == receiver.url());
  delivery->push(message("a"));
  wait(*delivery);
  CHECK(receiver.authorization == "Basic dTpw");
}

TEST_CASE("what is too old is given up, what is too much makes room") {
  auto delivery = open("http://127.0.0.1:1/x", {.most_items = 5, .most_age = 50 * kMillisecond, .first_pause = kMillisecond});
  for (int i = 0; i < 10; ++i) delivery->push(message("a", 2));
  CHECK(delivery->stats().dropped > 0);
  const DeliveryStats stats = wait(*delivery);
  CHECK(stats.sent == 0);
  CHECK(stats.failed + stats.dropped == 20);
  CHECK(stats.dropped >= 12);
}

TEST_CASE("an end does not wait for a receiver that is away") {
  const auto begun = std::chrono::steady_clock::now();
  {
    auto delivery = open("http://127.0.0.1:1/x", {.first_pause = kHour, .longest_pause = kHour});
    for (int i = 0; i < 3; ++i) delivery->push(message("a"));
  }
  CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(30));
}

TEST_CASE("what waits at the end is sent") {
  TestReceiver receiver;
  {
    auto delivery = open(receiver.url());
    for (const char* body : {"a", "b", "c"}) delivery->push(message(body));
  }
  CHECK(receiver.log == "t:a=200 t:b=200 t:c=200 ");
}
