#include "api/memory_budget.h"

#include <doctest/doctest.h>

#include <thread>

#include "api/ingest/body.h"

using namespace sleipnir;
using namespace sleipnir::api;

TEST_CASE("shares of a budget") {
  MemoryBudget budget(100);
  const auto f = [](Result<void> taken, std::string_view want) { CHECK((taken ? "yes" : taken.error().kind == ErrorKind::kRate ? "later" : "never") == want); };
  {
    MemoryShare a(budget), b(budget);
    f(a.take(60), "yes");
    f(b.take(41), "later");
    f(b.take(40), "yes");
    f(b.take(0), "yes");
    f(b.take(1), "later");
    f(b.take(61), "never");
    f(a.take(UINT64_MAX), "never");
    CHECK(budget.used() == 100);
  }
  CHECK(budget.used() == 0);
}

TEST_CASE("threads never take more than there is") {
  MemoryBudget budget(1000);
  std::atomic<bool> over{false};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 20'000; ++i) {
        MemoryShare share(budget);
        if (share.take(300 + i % 200) && budget.used() > budget.total()) over = true;
      }
    });
  for (auto& thread : threads) thread.join();
  CHECK_FALSE(over);
  CHECK(budget.used() == 0);
}

TEST_CASE("unpacking takes its memory first") {
  const std::string zeros = [] {
    std::string text;
    text.resize(3 << 20);
    return text;
  }();
  const auto f = [&](uint64_t total, std::string_view want) {
    MemoryBudget budget(total);
    MemoryShare share(budget);
    // A gzip member of three MiB of zeros is three KiB: the header says nothing of what will come.
    std::string packed("\x1f\x8b\x08\0\0\0\0\0\0\x03", 10), out;
    for (size_t i = 0; i < zeros.size(); i += 0xffff) {
      const size_t n = std::min<size_t>(0xffff, zeros.size() - i);
      const char head[] = {static_cast<char>(i + n == zeros.size()), static_cast<char>(n), static_cast<char>(n >> 8), static_cast<char>(~n), static_cast<char>(~n >> 8)};
      packed.append(head, sizeof head).append(n, '\0');
    }
    const auto done = gunzip(packed, 1 << 30, out, &share);
    REQUIRE_FALSE(done.ok());  // there is no checksum at the end; what matters is how far it got
    CHECK((done.error().kind == ErrorKind::kTooLarge ? "never" : "damaged") == want);
    CHECK(out.size() <= total);
  };
  f(1 << 20, "never");
  f(64 << 20, "damaged");
}
