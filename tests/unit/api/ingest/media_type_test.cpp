#include <doctest/doctest.h>

#include "api/ingest/media_type.h"

using namespace sleipnir::api;

TEST_CASE("media types as Go parses them") {
  const auto f = [](std::string_view header, std::string_view want) {
    CAPTURE(header);
    const auto got = parse_media_type(header);
    CHECK((got ? *got : got.error().message) == want);
  };
  f("application/json", "application/json");
  f(" Application/JSON ; charset=utf-8", "application/json");
  f("application/json; charset=\"ut\\\"f-8\"; x=y", "application/json");
  f("application/json;", "application/json");
  f("text", "text");
  f("", "mime: no media type");
  f(";a=b", "mime: no media type");
  f("application/json;bad", "mime: invalid media parameter");
  f("application/json; a=", "mime: invalid media parameter");
  f("application/json; a=\"x", "mime: invalid media parameter");
  f("application/json; a=b; A=c", "mime: duplicate parameter name");
  f("application json", "mime: expected slash in first token");
  f("application/", "mime: expected token after slash");
  f("a/b/c", "mime: unexpected content after media subtype");
}
