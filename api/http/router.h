#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "api/access/access.h"
#include "api/http/exchange.h"

namespace sleipnir::api {

using Handler = std::function<void(Request&, Response&)>;

struct Route {
  std::string methods;  ///< `GET` or `GET|POST`
  std::string pattern;  ///< segments, of which `{…}` matches any one that is not empty
  Handler handler;
  size_t max_body = 0;  ///< bytes that a request may carry; more is 413
  Access access = Access::kAdmin;  ///< a route that says nothing is closed to most
  bool raw_body = false;           ///< the body is no form, whatever its content type says: curl says form by default

  bool allows(std::string_view method) const;
};

/// Finds the route of a request. Filled before the server starts, read by any thread after.
class Router {
 public:
  void add(Route route);

  struct Found {
    enum class Outcome { kRoute, kNoSuchPath, kWrongMethod, kRedirect } outcome = Outcome::kNoSuchPath;
    const Route* route = nullptr;
    std::vector<std::string> path_values;
    std::string location;  ///< kRedirect: the path without empty and dot segments
  };
  Found find(std::string_view method, std::string_view path) const;
  const std::vector<Route>& routes() const { return routes_; }

 private:
  std::vector<Route> routes_;
};

}  // namespace sleipnir::api
