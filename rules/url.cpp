#include "rules/url.h"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace sleipnir::rules {
namespace {

/// scheme://authority/path
struct Cut {
  std::string_view scheme, login, host, path;
};

Cut cut(std::string_view url) {
  Cut c;
  if (const size_t end = url.find("://"); end != url.npos) {
    c.scheme = url.substr(0, end);
    url.remove_prefix(end + 3);
  }
  const size_t slash = std::min(url.find_first_of("/?"), url.size());
  c.path = url.substr(slash);
  c.host = url.substr(0, slash);
  if (const size_t at = c.host.rfind('@'); at != c.host.npos) {
    c.login = c.host.substr(0, at);
    c.host.remove_prefix(at + 1);
  }
  return c;
}

std::string decode(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    unsigned char byte = 0;
    const char* digits = text.data() + i + 1;
    if (text[i] == '%' && text.size() - i > 2 && std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
      out += static_cast<char>(byte);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string join(std::string_view scheme, std::string_view host) {
  std::string out(scheme);
  if (!scheme.empty()) out += "://";
  return out.append(host);
}

}  // namespace

std::string public_url(const std::string& url) {
  const Cut c = cut(url);
  return join(c.scheme, c.host).append(c.path);
}

Result<Url> parse_url(const std::string& text) {
  const Cut c = cut(text);
  if (c.scheme != "http" && c.scheme != "https") return invalid(public_url(text) + ": not an http URL");
  if (c.host.empty() || c.host.front() == ':') return invalid(public_url(text) + ": no host");
  Url url{.server = join(c.scheme, c.host)};
  url.path = c.path.starts_with('/') ? "" : "/";
  url.path += c.path;
  const size_t colon = std::min(c.login.find(':'), c.login.size());
  url.user = decode(c.login.substr(0, colon));
  if (colon < c.login.size()) url.password = decode(c.login.substr(colon + 1));
  return url;
}

}  // namespace sleipnir::rules
