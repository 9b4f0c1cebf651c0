#include <doctest/doctest.h>

#include "base/matcher.h"

using namespace sleipnir;

TEST_CASE("texts that a matcher stands for") {
  const auto f = [](MatchOp op, const char* value, std::optional<std::vector<std::string>> want) {
    CAPTURE(value);
    const auto matcher = Matcher::make("pod", op, value);
    REQUIRE(matcher.ok());
    CHECK(matcher->texts() == want);
    for (const std::string& text : want.value_or(std::vector<std::string>())) CHECK(matcher->matches(text) == (op == MatchOp::kEqual || op == MatchOp::kRegex));
  };
  using Texts = std::vector<std::string>;
  f(MatchOp::kEqual, "a.b|c", Texts{"a.b|c"});
  f(MatchOp::kNotEqual, "", Texts{""});
  f(MatchOp::kRegex, "pod-1|pod-2", Texts{"pod-1", "pod-2"});
  f(MatchOp::kNotRegex, "pod-1|pod-2", Texts{"pod-1", "pod-2"});
  f(MatchOp::kRegex, "", Texts{""});
  f(MatchOp::kRegex, "a|", Texts{"a", ""});
  f(MatchOp::kRegex, "10\\.0\\.0\\.1|a\\|b", Texts{"10.0.0.1", "a|b"});
  f(MatchOp::kRegex, "10.0.0.1", std::nullopt);
  f(MatchOp::kRegex, "a\\d", std::nullopt);
  f(MatchOp::kRegex, "(a|b)", std::nullopt);
  f(MatchOp::kRegex, "pod-1.*", std::nullopt);
  f(MatchOp::kRegex, "[ab]", std::nullopt);
  f(MatchOp::kRegex, "a{2}", std::nullopt);
  f(MatchOp::kRegex, "\xc3\xa9", std::nullopt);
}
