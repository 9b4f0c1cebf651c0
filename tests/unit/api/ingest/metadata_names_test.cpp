#include <doctest/doctest.h>

#include "api/ingest/metadata_names.h"

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

TEST_CASE("labels of structured metadata together") {
  const auto f = [](std::vector<Label> metadata, std::string_view want) {
    REQUIRE(normalize_metadata(metadata));
    std::string got;
    for (const Label& label : metadata) got += label.name + "=" + label.value + ";";
    CHECK(got == want);
  };
  f({{"a", "1"}, {"b", "2"}}, "a=1;b=2;");
  f({{"a", "x\xEF\xBF\xBDy\xEF\xBF\xBD"}, {"b", "\xFFz\xC3\xA9"}}, "a=x y ;b= z\xC3\xA9;");
  f({{"a", "\xC3\xA9"}}, "a=\xC3\xA9;");
  f({{"a", ""}, {"b", "2"}}, "b=2;");
  f({{"a", ""}}, "");
  f({{"a", "1"}, {"a", "2"}}, "a=1;a=2;");
  f({{"a", "1"}, {"a", ""}}, "");
  f({{"a.b", "1"}, {"a_b", "2"}}, "a_b=1;");
  f({{"a_b", "2"}, {"a.b", "1"}}, "a_b=1;");
  f({{"a.b", "1"}, {"a-b", "2"}, {"z", "3"}}, "z=3;a_b=2;");
  f({{"a.b", ""}, {"a_b", "2"}}, "");
}
