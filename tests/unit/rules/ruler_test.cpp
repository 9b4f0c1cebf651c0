#include "rules/ruler.h"

#include <doctest/doctest.h>

#include <functional>

#include "folder.h"

using namespace sleipnir;
using namespace sleipnir::rules;
using sleipnir::rules::testing::Folder;

namespace {

RuleGroup group(std::string name, std::string alert) { return {.name = std::move(name), .interval = kSecond, .rules = {{.alert = std::move(alert), .expr = "vector(1)"}}}; }

bool soon(const std::function<bool()>& condition) {
  for (int i = 0; i < 6000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

std::unique_ptr<Ruler> open(const Folder& folder, const Options& options, Query query) {
  auto ruler = Ruler::open(folder.path, options, {}, std::move(query));
  REQUIRE_MESSAGE(ruler.ok(), ruler.error().message);
  return std::move(*ruler);
}

Result<std::vector<VectorSample>> one(const std::string&, const logql::Expr&, Nanos, Cancellation&) { return std::vector<VectorSample>{{{}, 1}}; }

}  // namespace

TEST_CASE("groups are evaluated at once, and again") {
  const Folder folder;
  const Options options;
  auto ruler = open(folder, options, one);
  CHECK(ruler->status("t").empty());
  REQUIRE(ruler->set_group("t", "n", group("g", "A")).ok());
  REQUIRE(ruler->status("t").size() == 1);
  CHECK(soon([&] { return ruler->status("t")[0]->rules[0].state == AlertState::kFiring; }));
  CHECK(soon([&] { return ruler->metrics().evaluations >= 2; }));
  REQUIRE(ruler->set_group("t", "n", group("g", "B")).ok());
  CHECK(soon([&] { return ruler->status("t")[0]->rules[0].rule.alert == "B" && ruler->status("t")[0]->rules[0].state == AlertState::kFiring; }));
  REQUIRE(ruler->remove_namespace("t", "n").ok());
  CHECK(ruler->status("t").empty());
}

TEST_CASE("a group can go while it is evaluated, and come back") {
  const Folder folder;
  const Options options;
  std::atomic<int> running{0};
  std::atomic<bool> slow{true};
  auto ruler = open(folder, options, [&](const std::string& tenant, const logql::Expr& query, Nanos at, Cancellation& cancellation) {
    ++running;
    while (slow && !cancellation.cancelled) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return one(tenant, query, at, cancellation);
  });
  REQUIRE(ruler->set_group("t", "n", group("g", "A")).ok());
  REQUIRE(soon([&] { return running == 1; }));
  REQUIRE(ruler->remove_group("t", "n", "g").ok());
  REQUIRE(ruler->set_group("t", "n", group("g", "A")).ok());
  REQUIRE(soon([&] { return running == 2; }));
  slow = false;
  CHECK(soon([&] { return ruler->status("t")[0]->rules[0].state == AlertState::kFiring; }));
}

TEST_CASE("an end cancels what runs") {
  const Folder folder;
  const Options options;
  std::atomic<bool> running{false};
  auto ruler = open(folder, options, [&](const std::string&, const logql::Expr&, Nanos, Cancellation& cancellation) -> Result<std::vector<VectorSample>> {
    running = true;
    while (!cancellation.cancelled) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return Error{ErrorKind::kCancelled, "cancelled"};
  });
  REQUIRE(ruler->set_group("t", "n", group("g", "A")).ok());
  REQUIRE(soon([&] { return running.load(); }));
  ruler.reset();
}

TEST_CASE("alerts go on after a restart") {
  const Folder folder;
  const Options options;
  auto ruler = open(folder, options, one);
  REQUIRE(ruler->set_group("t", "n", group("g", "A")).ok());
  REQUIRE(soon([&] { return ruler->status("t")[0]->rules[0].state == AlertState::kFiring; }));
  const Nanos since = ruler->status("t")[0]->rules[0].alerts[0].active_at;
  ruler.reset();
  ruler = open(folder, options, [](auto&&...) -> Result<std::vector<VectorSample>> { return Error{ErrorKind::kInternal, "no answer"}; });
  const auto status = ruler->status("t");
  REQUIRE(status.size() == 1);
  CHECK(status[0]->rules[0].alerts.at(0).active_at == since);
}

TEST_CASE("many groups of many tenants") {
  const Folder folder;
  const Options options;
  auto ruler = open(folder, options, one);
  std::vector<std::thread> writers;
  for (int w = 0; w < 4; ++w)
    writers.emplace_back([&, w] {
      const std::string tenant = "t" + std::to_string(w % 2);
      for (int i = 0; i < 20; ++i) {
        const std::string name = "g" + std::to_string(w) + "-" + std::to_string(i);
        CHECK(ruler->set_group(tenant, "n", group(name, "A")).ok());
        if (i % 3 == 0) CHECK(ruler->remove_group(tenant, "n", name).ok());
        (void)ruler->durations();
      }
    });
  for (std::thread& writer : writers) writer.join();
  CHECK(ruler->status("t0").size() == 26);
  CHECK(soon([&] {
    const auto groups = ruler->status("t1");
    return std::all_of(groups.begin(), groups.end(), [](const auto& g) { return g->rules[0].state == AlertState::kFiring; });
  }));
}
