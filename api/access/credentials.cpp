#include "api/access/credentials.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>

#include "base/text.h"

namespace sleipnir::api {
namespace {

constexpr size_t kLongest = 8 << 10;  // of a header that is looked at

/// nullopt where it is no base64.
std::optional<std::string> decode_base64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return {};
  std::string out(text.size() / 4 * 3, '\0');
  const int n = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()), reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (n < 0) return {};
  out.resize(static_cast<size_t>(n) - text.ends_with("=") - text.ends_with("=="));
  return out;
}

struct Shown {
  std::string user, secret;
  bool has_user = false;
};

std::optional<Shown> parse(std::string_view authorization) {
  if (authorization.size() > kLongest) return {};
  const size_t blank = authorization.find(' ');
  if (blank == authorization.npos) return {};
  const std::string scheme = to_lower(authorization.substr(0, blank));
  const std::string_view rest = trim_space(authorization.substr(blank + 1));
  if (scheme == "bearer") return Shown{.secret = std::string(rest)};
  if (scheme != "basic" && scheme != "apikey") return {};
  const auto pair = decode_base64(rest);
  if (!pair) return {};
  const size_t colon = pair->find(':');
  if (colon == pair->npos) return {};
  return Shown{pair->substr(0, colon), pair->substr(colon + 1), true};
}

std::array<unsigned char, 32> digest(std::string_view text) {
  std::array<unsigned char, 32> out;
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), out.data());
  return out;
}

}  // namespace

bool Identity::may(Access access) const {
  switch (access) {
    case Access::kOpen: return true;
    case Access::kRead: return read;
    case Access::kWrite: return write;
    case Access::kDelete: return erase;
    case Access::kAdmin: return admin;
  }
  return false;
}

bool Identity::owns(std::string_view tenant) const { return all_tenants || std::find(tenants.begin(), tenants.end(), tenant) != tenants.end(); }

const Identity* Credentials::find(std::string_view authorization) const {
  const auto shown = parse(authorization);
  if (!shown || shown->secret.empty()) return nullptr;
  const Digest user = digest(shown->user), secret = digest(shown->secret);
  const Entry* found = nullptr;
  for (const Entry& entry : entries_) {
    const bool same_secret = CRYPTO_memcmp(entry.secret.data(), secret.data(), secret.size()) == 0;
    const bool same_user = CRYPTO_memcmp(entry.user.data(), user.data(), user.size()) == 0;
    const bool any_user = !entry.is_user;
    const bool fits = same_secret & (any_user | (shown->has_user & same_user));  // & and |, which always look at both sides
    found = fits ? &entry : found;
  }
  return found != nullptr ? &found->identity : nullptr;
}

bool admit(const Credentials& credentials, Access access, Request& request, Response& response) {
  request.identity = credentials.find(request.header("Authorization"));
  if (access == Access::kOpen) return true;
  if (request.identity == nullptr) {
    answer_text(response, 401, "unauthorized");
    response.headers.emplace_back("WWW-Authenticate", "Basic realm=\"sleipnir\", charset=\"UTF-8\"");
    return false;
  }
  if (request.identity->may(access)) return true;
  answer_text(response, 403, "forbidden: these credentials do not include this right");
  return false;
}

}  // namespace sleipnir::api
