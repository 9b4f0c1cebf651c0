#include "unit/logql/template/fixture.h"

using namespace sleipnir::logql;

// Examples of specification template.md that go beyond Go's and sprig's own behaviour.

TEST_CASE("template: integers of texts with a fraction") {
  const auto f = [](std::string_view input, std::string_view want) { CHECK(render(input) == want); };
  f(R"({{ int "5.7" }} {{ int "-5.7" }} {{ int ".5" }} {{ int "-.5" }} {{ int "5." }})", "5 -5 0 0 5");
  f(R"({{ int "1e3" }} {{ int "5.x" }} {{ int "9223372036854775808" }} {{ int 1e20 }})", "0 0 0 0");
}

TEST_CASE("template: base64 without padding") {
  const auto f = [](std::string_view input, std::string_view want) { CHECK(render(input) == want); };
  f(R"({{ b64dec "aGVsbG8" }})", "hello");
  f(R"({{ b64dec "YQ" }})", "a");
  f(R"({{ b64dec "abcde" }})", "illegal base64 data at input byte 4");
}

TEST_CASE("template: sizes and durations") {
  const auto f = [](std::string_view input, std::string_view want) { CHECK(render(input) == want); };
  f(R"({{ bytes "10KiB" }})", "10240");
  f(R"({{ bytes "20MB" }})", "2e+07");
  f(R"({{ bytes "20MB" | printf "%.0f" }})", "20000000");
  f(R"({{ bytes "" }})", R"(template: line:1:3: executing "line" at <bytes "">: error calling bytes: strconv.ParseFloat: parsing "": invalid syntax)");
  f(R"({{ bytes "5x" }})", R"(template: line:1:3: executing "line" at <bytes "5x">: error calling bytes: unhandled size name: x)");
  f(R"({{ duration "1h2m" }} {{ duration_seconds "-1.5h" }} {{ duration "1ms" }})", "3720 -5400 0.001");
  f(R"({{ duration "zz" }})", R"(template: line:1:3: executing "line" at <duration "zz">: error calling duration: time: invalid duration "zz")");
}

TEST_CASE("template: functions that do not exist here") {
  const auto f = [](std::string_view name) {
    CHECK(render("{{ " + std::string(name) + " }}") == "template: line:1: function \"" + std::string(name) + "\" not defined");
  };
  for (const auto* name : {"ternary", "split", "join", "list", "dict", "toJson", "nospace", "quote", "env", "uuidv4", "sha256sum", "regexMatch",
                           "dateInZone", "coalesce", "empty", "atoi", "toString"}) {
    f(name);
  }
}
