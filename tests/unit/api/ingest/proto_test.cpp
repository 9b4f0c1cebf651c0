#include <doctest/doctest.h>

#include "api/ingest/proto.h"

using namespace sleipnir;
using namespace sleipnir::api;

namespace {

std::string field(int number, std::string_view bytes) {
  REQUIRE(bytes.size() < 128);
  return std::string{static_cast<char>(number << 3 | 2), static_cast<char>(bytes.size())}.append(bytes);
}
std::string stream(std::string_view entry) { return field(1, field(1, "{}") + field(2, entry)); }

std::string shown(std::string_view message) {
  const auto streams = decode_push_proto(message);
  if (!streams) return "! " + streams.error().message;
  std::string out;
  for (const ReceivedStream& s : *streams) {
    out += s.label_text;
    for (const ReceivedEntry& entry : s.entries) {
      out += "|" + (entry.timestamp == kNoTimestamp ? std::string("-") : std::to_string(entry.timestamp)) + " " + std::string(entry.line);
      for (const Label& label : entry.metadata) out += " {" + label.name + "=" + label.value + "}";
    }
    out += ";";
  }
  return out;
}

}  // namespace

TEST_CASE("push protobuf (http-api.md §9.2)") {
  const auto f = [](const std::string& message, std::string_view want) { CHECK(shown(message) == want); };
  using namespace std::string_literals;
  f("", "");
  f(field(1, ""), ";");
  f(stream(field(1, "\x08\x02\x10\x05"s) + field(2, "line") + field(3, field(1, "n") + field(2, "v"))), "{}|2000000005 line {n=v};");
  f(stream(field(2, "x")), "{}|- x;");
  f(stream(field(1, "") + field(2, "x")), "{}|0 x;");
  f(stream(field(1, "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s)), "{}|-1000000000 ;");
  f(field(1, field(2, field(2, "a")) + field(1, "{late}") + field(2, field(2, "b"))), "{late}|- a|- b;");
  // unknown fields of every wire type
  f("\x98\x01\x07"s + field(9, "x") + "\x59" + "12345678" + "\x5d" + "1234" + stream(field(4, "parsed") + field(2, "x")), "{}|- x;");
}

TEST_CASE("damaged push protobuf") {
  const auto f = [](const std::string& message, std::string_view want) { CHECK(shown(message) == "! " + std::string(want)); };
  using namespace std::string_literals;
  f("\x0a\x05x", "unexpected EOF");
  f("\xff\xff\xff", "unexpected EOF");
  f("\x08\x01"s, "proto: wrong wireType = 0 for field Streams");
  f(field(1, "\x08\x01"s), "proto: wrong wireType = 0 for field Labels");
  f(stream("\x10\x01"s), "proto: wrong wireType = 0 for field Line");
  f(stream(field(1, field(1, ""))), "proto: wrong wireType = 2 for field Seconds");
  f("\x0b", "proto: illegal wireType");
  f(std::string(11, '\xff'), "proto: integer overflow");
  f("\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s, "proto: negative length found during unmarshaling");
  f("\x02\x01x"s, "proto: illegal tag 0");
  f(stream(field(1, "\x10\x80\x94\xeb\xdc\x03"s)), "timestamp: seconds:0 nanos:1000000000: nanos not in range [0, 1e9)");
  f(stream(field(1, "\x08\x80\x83\xd1\xff\xaf\x07"s)), "timestamp: seconds:253402300800 nanos:0: after 10000-01-01");
}
