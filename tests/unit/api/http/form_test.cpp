#include "api/http/form.h"

#include <doctest/doctest.h>

using namespace sleipnir::api;

TEST_CASE("urlencoded pairs") {
  const auto f = [](std::string_view text, std::string_view want) {
    Pairs pairs;
    const auto r = parse_form(text, pairs);
    std::string got = r ? "" : r.error().message;
    for (const auto& [name, value] : pairs) got += name + "=" + value + ";";
    CHECK(got == want);
  };
  f("", "");
  f("a=1&b=2&a=3", "a=1;b=2;a=3;");
  f("query=%7Ba%3D%22b%22%7D+x", "query={a=\"b\"} x;");
  f("a&b=&=c", "a=;b=;=c;");
  f("&&a=1&", "a=1;");
  f("a=b=c", "a=b=c;");
  f("a=%zz", "invalid URL escape \"%zz\"");
  f("a=%4", "invalid URL escape \"%4\"");
  f("a=%", "invalid URL escape \"%\"");
  f("a=1;b=2", "invalid semicolon separator in query");
  f("%41=%00", std::string_view("A=\0;", 4));
}
