#include <doctest/doctest.h>

#include "api/ingest_metadata_names.h"

using namespace sleipnir;
using namespace sleipnir::api;

TEST_CASE("names of structured metadata (http-api.md §9.6.2)") {
  const auto f = [](std::string_view name, std::string_view want) {
    CAPTURE(name);
    const auto got = normalize_metadata_name(name);
    CHECK((got ? *got : "! " + got.error().message) == want);
    std::vector<Label> metadata{{std::string(name), "v"}};
    const auto all = normalize_metadata(metadata);
    CHECK(all.ok() == got.ok());
    if (got) CHECK(metadata[0].name == want);
  };
  f("trace_id", "trace_id");
  f("a.b", "a_b");
  f("d--e", "d_e");
  f("a__b", "a_b");
  f("a_.b", "a_b");
  f("9c", "key_9c");
  f("9a-b", "key_9a_b");
  f("_f", "_f");
  f("__f", "_f");
  f("f_", "f_");
  f("__x__", "__x__");
  f("__x.y__", "__x_y__");
  f("dé", "d_");
  f("k8s.pod.name", "k8s_pod_name");
  f("", "! label name is empty");
  f("_", "! normalization for label name \"_\" resulted in invalid name \"_\"");
  f("-.-", "! normalization for label name \"-.-\" resulted in invalid name \"_\"");
}

TEST_CASE("replacement characters in values become blanks") {
  std::vector<Label> metadata{{"a", "x\xEF\xBF\xBDy\xEF\xBF\xBD"}};
  REQUIRE(normalize_metadata(metadata));
  CHECK(metadata[0].value == "x y ");
}
