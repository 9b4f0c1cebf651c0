#include "api/tail/buffer.h"

#include <doctest/doctest.h>

using namespace sleipnir;
using namespace sleipnir::api;

namespace {

const LabelSet kStream = {{"app", "f"}};

TailEntry entry(Nanos timestamp, const std::string& line = "x") { return encode_tail_entry(timestamp, line, kStream, {}); }

size_t count(const std::string& text, std::string_view part) {
  size_t n = 0;
  for (size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++n;
  return n;
}

}  // namespace

TEST_CASE("an entry as JSON") {
  const LabelSet none, metadata = {{"trace", "t"}}, parsed = {{"a", "1"}};
  const auto f = [](const TailEntry& got, const std::string& want) {
    CHECK(got.json == want);
    CHECK(got.labels() == R"({"app":"f"})");
  };
  f(encode_tail_entry(12, "a \"b\"", kStream, {}), R"({"stream":{"app":"f"},"values":[["12","a \"b\""]]})");
  f(encode_tail_entry(12, "x", kStream, TailCategories{none, none}), R"({"stream":{"app":"f"},"values":[["12","x",{}]]})");
  f(encode_tail_entry(12, "x", kStream, TailCategories{metadata, parsed}),
    R"({"stream":{"app":"f"},"values":[["12","x",{"structuredMetadata":{"trace":"t"},"parsed":{"a":"1"}}]]})");
}

TEST_CASE("legacy frames") {
  TailBuffer buffer({}, 0, TailForm::kLegacy);
  buffer.add(encode_legacy_tail_entry(1'500'000'000, "a \"<b\"", kStream), 0, false);
  CHECK(buffer.frame() == R"({"streams":[{"labels":"{app=\"f\"}","entries":[{"ts":"1970-01-01T00:00:01.5Z","line":"a \"\u003cb\""}]}],"dropped_entries":null})" "\n");
}

TEST_CASE("frames") {
  TailBuffer buffer({"categorize-labels"}, 0);
  CHECK(buffer.frame().empty());
  buffer.add(entry(1), 0, false);
  buffer.add(entry(2), 0, false);
  buffer.note({{7, R"({"app":"g"})"}});
  CHECK(buffer.frame() ==
        R"({"streams":[{"stream":{"app":"f"},"values":[["1","x"]]},{"stream":{"app":"f"},"values":[["2","x"]]}],)"
        R"("dropped_entries":[{"timestamp":"7","labels":{"app":"g"}}],"encodingFlags":["categorize-labels"]})");
  CHECK(buffer.frame().empty());
}

TEST_CASE("a frame holds a hundred entries or a mebibyte") {
  const auto f = [](int entries, size_t line, size_t want) {
    TailBuffer buffer({}, 0);
    for (int i = 0; i < entries; ++i) buffer.add(entry(i, std::string(line, 'x')), 0, false);
    CHECK(count(buffer.frame(), "values") == want);
  };
  f(99, 10, 99);
  f(250, 10, 100);
  f(5, 400'000, 2);
  f(2, 3'000'000, 1);
}

TEST_CASE("a slow reader loses what finds the buffer full, and is told once") {
  TailBuffer buffer({}, 0);
  for (Nanos t = 0; t < 1500; ++t) buffer.add(entry(t), 0, false);
  CHECK(buffer.full());
  for (Nanos t = 1500; t < 4000; ++t) buffer.add(entry(t), 0, true);
  const std::string first = buffer.frame();
  CHECK(count(first, "\"labels\"") == TailQueue::kMostNoted);
  CHECK(count(first, R"({"timestamp":"1500","labels":{"app":"f"}})") == 1);
  size_t sent = count(first, "values");
  for (std::string frame; !(frame = buffer.frame()).empty();) {
    sent += count(frame, "values");
    CHECK(count(frame, "dropped_entries") == 0);
  }
  CHECK(sent == 1500);
  CHECK(!buffer.full());
}

TEST_CASE("delayed entries come in the order of their times") {
  TailBuffer buffer({}, 5);
  const auto take = [&](Nanos now) {
    buffer.release(now, false);
    return buffer.frame();
  };
  buffer.add(entry(12), 12, false);
  buffer.add(entry(11), 13, false);
  buffer.add(entry(99), 14, false);  // from the future: late by its arrival
  CHECK(*buffer.next_due() == 16);
  CHECK(take(15).empty());
  const std::string frame = take(18);
  CHECK(frame.find("\"11\"") < frame.find("\"12\""));
  CHECK(count(frame, "values") == 2);
  CHECK(count(take(19), "\"99\"") == 1);
  CHECK(!buffer.next_due());
}
