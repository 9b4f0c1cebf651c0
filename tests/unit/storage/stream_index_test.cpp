#include "storage/stream_index.h"

#include <doctest/doctest.h>

namespace sleipnir::storage {
namespace {

std::vector<Matcher> pods(MatchOp op, const std::string& value) { return {*Matcher::make("pod", op, value)}; }

TEST_CASE("what is tried on many values ends with the deadline") {
  StreamIndex index;
  for (int i = 0; i < 20'000; ++i) index.resolve(LabelSet{{"pod", "pod-" + std::to_string(i * 7919) + std::string(60, static_cast<char>('a' + i % 26))}});
  const auto f = [&](const std::vector<Matcher>& matchers, bool ends) {
    REQUIRE(index.match(matchers, nullptr).ok());
    Cancellation cancellation;
    cancellation.deadline = std::chrono::steady_clock::now();
    const RegexPatience patience(&cancellation);
    for (const Cancellation* of_request : {static_cast<const Cancellation*>(&cancellation), static_cast<const Cancellation*>(nullptr)}) {
      const auto found = index.match(matchers, of_request);
      REQUIRE(found.ok() == !ends);
      if (ends) CHECK(found.error().kind == ErrorKind::kTimeout);
    }
  };
  f(pods(MatchOp::kRegex, ".*[a-m].{20}[n-z].*"), true);
  f(pods(MatchOp::kNotRegex, ".*[a-m].{20}[n-z].*"), true);
  f(pods(MatchOp::kNotEqual, ""), true);
  f(pods(MatchOp::kEqual, "pod-1"), false);
  f(pods(MatchOp::kRegex, "pod-1|pod-2"), false);
}

}  // namespace
}  // namespace sleipnir::storage
