#include "api/http/router.h"

#include "api/http/split.h"

namespace sleipnir::api {
namespace {

std::string_view next_segment(std::string_view& path) {
  path.remove_prefix(1);  // the slash
  const size_t end = std::min(path.find('/'), path.size());
  const std::string_view segment = path.substr(0, end);
  path.remove_prefix(end);
  return segment;
}

bool match(std::string_view pattern, std::string_view path, std::vector<std::string>& values) {
  values.clear();
  while (!pattern.empty() && !path.empty()) {
    const std::string_view want = next_segment(pattern), have = next_segment(path);
    if (want.starts_with('{')) {
      if (have.empty()) return false;
      values.emplace_back(have);
    } else if (want != have) {
      return false;
    }
  }
  return pattern.empty() && path.empty();
}

/// As Go's path.Clean, but a slash at the end stays.
std::string clean(std::string_view path) {
  std::vector<std::string_view> segments;
  const bool slash = path.ends_with('/');
  for (std::string_view rest = path; !rest.empty();) {
    const std::string_view segment = next_segment(rest);
    if (segment == "..") {
      if (!segments.empty()) segments.pop_back();
    } else if (!segment.empty() && segment != ".") {
      segments.push_back(segment);
    }
  }
  std::string out;
  for (const auto segment : segments) (out += '/') += segment;
  if (slash || out.empty()) out += '/';
  return out;
}

}  // namespace

bool Route::allows(std::string_view method) const {
  bool found = false;
  each_part(methods, '|', [&](std::string_view allowed) { found = found || allowed == method; });
  return found;
}

void Router::add(Route route) { routes_.push_back(std::move(route)); }

Router::Found Router::find(std::string_view method, std::string_view path) const {
  Found found;
  if (!path.starts_with('/')) return found;
  if (std::string cleaned = clean(path); cleaned != path) {
    found.outcome = Found::Outcome::kRedirect;
    found.location = std::move(cleaned);
    return found;
  }
  for (const Route& route : routes_) {
    if (!match(route.pattern, path, found.path_values)) continue;
    if (route.allows(method)) {
      found.outcome = Found::Outcome::kRoute;
      found.route = &route;
      return found;
    }
    found.outcome = Found::Outcome::kWrongMethod;
  }
  return found;
}

}  // namespace sleipnir::api
