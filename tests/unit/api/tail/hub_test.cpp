#include "api/tail/hub.h"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>

using namespace sleipnir;
using namespace sleipnir::api;

namespace {

std::vector<Matcher> app(const std::string& value) { return {*Matcher::make("app", MatchOp::kEqual, value)}; }

StreamEntries stream(const std::string& name, std::vector<std::string> lines) {
  StreamEntries s{.labels = {{"app", name}}};
  for (std::string& line : lines) s.entries.push_back({static_cast<Nanos>(s.entries.size()), std::move(line), {}});
  return s;
}

void push(TailHub& hub, const std::string& tenant, const std::vector<StreamEntries>& streams, const storage::AppendReport& report = {}) {
  TailPush tailed(&hub, tenant, streams);
  tailed.publish(report);
}

std::vector<std::string> lines(TailQueue& queue) {
  std::vector<std::string> out;
  while (const TailChunk chunk = queue.pop())
    for (const Entry& entry : chunk->entries) out.emplace_back(entry.line);
  return out;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("a reader gets what matches in its tenant") {
  TailHub hub;
  push(hub, "t", {stream("a", {"too early"})});
  auto a = hub.subscribe("t", app("a"), 0, [] {});
  auto all = hub.subscribe("t", {}, 0, [] {});
  auto other = hub.subscribe("other", {}, 0, [] {});
  push(hub, "t", {stream("a", {"1", "2"}), stream("b", {"3"})});
  CHECK(lines(a->queue()) == Lines{"1", "2"});
  CHECK(lines(all->queue()) == Lines{"1", "2", "3"});
  CHECK(lines(other->queue()).empty());
  TailPush(nullptr, "t", {}).publish({});
}

TEST_CASE("what the store refuses is not handed out, nor what was not stored at all") {
  TailHub hub;
  auto reader = hub.subscribe("t", {}, 0, [] {});
  storage::AppendReport report;
  report.refused = {{.stream = 1, .entry = 0, .why = storage::Refused::Why::kTooFarBehind}, {.stream = 1, .entry = 2, .why = storage::Refused::Why::kTooFarBehind}};
  push(hub, "t", {stream("a", {"1"}), stream("b", {"2", "3", "4"})}, report);
  CHECK(lines(reader->queue()) == Lines{"1", "3"});
  { TailPush failed(&hub, "t", {stream("a", {"5"})}); }
  CHECK(lines(reader->queue()).empty());
}

TEST_CASE("the number of readers of a tenant is limited") {
  TailHub hub;
  auto first = hub.subscribe("t", {}, 1, [] {});
  CHECK(hub.subscribe("other", {}, 1, [] {}).ok());
  auto second = hub.subscribe("t", {}, 1, [] {});
  REQUIRE(!second.ok());
  CHECK(second.error().message == "max concurrent tail requests limit exceeded, count > limit (2 > 1)");
  { auto gone = std::move(first); }
  CHECK(hub.subscribe("t", {}, 1, [] {}).ok());
}

TEST_CASE("a reader is woken once until it has found nothing") {
  TailHub hub;
  int woken = 0;
  auto reader = hub.subscribe("t", {}, 0, [&] { ++woken; });
  push(hub, "t", {stream("a", {"1"})});
  push(hub, "t", {stream("a", {"2"})});
  CHECK(woken == 1);
  CHECK(lines(reader->queue()) == Lines{"1", "2"});
  push(hub, "t", {stream("a", {"3"})});
  CHECK(woken == 2);
  hub.close();
  CHECK(woken == 3);
  CHECK(reader->queue().closed());
  CHECK(hub.subscribe("t", {}, 0, [] {}).error().kind == ErrorKind::kCancelled);
}

TEST_CASE("a queue is bounded and says what it lost") {
  TailHub hub;
  auto reader = hub.subscribe("t", {}, 0, [] {});
  const std::string line(100'000, 'x');
  StreamEntries many{.labels = {{"app", "a"}}};
  for (int i = 0; i < 201; ++i) many.entries.push_back({i, line, {}});
  push(hub, "t", {many});
  const auto dropped = reader->queue().take_dropped();
  const size_t got = lines(reader->queue()).size();
  CHECK(got * line.size() <= TailQueue::kMostBytes);
  CHECK(got * line.size() > TailQueue::kMostBytes * 9 / 10);
  REQUIRE(dropped.size() == 201 - got);
  CHECK(dropped[0].timestamp == static_cast<Nanos>(got));
  CHECK(dropped[0].labels == R"({"app":"a"})");
  push(hub, "t", {stream("a", {"again"})});
  CHECK(lines(reader->queue()) == Lines{"again"});
}

TEST_CASE("a reader waits for the pushes that did not see it") {
  TailHub hub;
  auto early = std::make_unique<TailPush>(&hub, "t", std::vector<StreamEntries>{stream("a", {"1"})});
  std::atomic<bool> subscribed{false};
  std::thread reader([&] {
    auto subscription = hub.subscribe("t", {}, 0, [] {});
    subscribed = true;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  push(hub, "t", {stream("a", {"2"})});  // pushes that came later do not hold it up, nor does it hold them up
  CHECK(!subscribed);
  early.reset();
  reader.join();
  CHECK(subscribed);
}
