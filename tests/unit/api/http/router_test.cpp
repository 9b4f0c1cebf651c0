#include "api/http/router.h"

#include <doctest/doctest.h>

using namespace sleipnir::api;

TEST_CASE("routes") {
  Router router;
  router.add({"GET|POST", "/loki/api/v1/labels", nullptr});
  router.add({"GET", "/loki/api/v1/label/{name}/values", nullptr});
  router.add({"POST", "/twice", nullptr});
  router.add({"GET", "/twice", nullptr});
  const auto f = [&](std::string_view method, std::string_view path, std::string_view want) {
    using O = Router::Found::Outcome;
    const auto found = router.find(method, path);
    std::string got;
    switch (found.outcome) {
      case O::kRoute: got = found.route->pattern; break;
      case O::kNoSuchPath: got = "404"; break;
      case O::kWrongMethod: got = "405"; break;
      case O::kRedirect: got = "301 " + found.location; break;
    }
    for (const auto& value : found.path_values)
      if (found.outcome == O::kRoute) got += " " + value;
    CHECK(got == want);
  };
  f("GET", "/loki/api/v1/labels", "/loki/api/v1/labels");
  f("POST", "/loki/api/v1/labels", "/loki/api/v1/labels");
  f("PUT", "/loki/api/v1/labels", "405");
  f("GET", "/loki/api/v1/labels/", "404");
  f("GET", "/loki/api/v1/label/app/values", "/loki/api/v1/label/{name}/values app");
  f("GET", "/loki/api/v1/label//values", "301 /loki/api/v1/label/values");
  f("GET", "/loki/./api/../api/v1/labels", "301 /loki/api/v1/labels");
  f("GET", "/..", "301 /");
  f("GET", "/twice", "/twice");
  f("GET", "/", "404");
  f("GET", "*", "404");
  f("GET", "", "404");
}
