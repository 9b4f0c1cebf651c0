#pragma once
#include <array>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "api/access/access.h"
#include "api/http/exchange.h"
#include "base/result.h"

namespace sleipnir::api {

/// Who sends a request, as its credentials say: what it may do, and for which tenants.
struct Identity {
  std::string name;
  std::vector<std::string> tenants;  ///< at least one, unless all
  bool all_tenants = false;
  bool read = false, write = false, erase = false, admin = false;

  bool may(Access access) const;
  bool owns(std::string_view tenant) const;
};

/// The file of --auth-file:
///
///   credentials:
///     - name: shipper                 # for humans; with a user its name
///       token: 4a1f…                  # or token_sha256: the hex digits of its SHA-256
///       tenants: [team-a]             # or "*"; default: the tenant without authentication, `fake`
///       rights: [write]               # read, write, delete, admin
///     - user: grafana
///       password_sha256: 9b71…        # or password
///       tenants: [team-a, team-b]
///       rights: [read]
///
/// A token comes as `Authorization: Bearer …`, or as the password of Basic with any user name, or as Elasticsearch's ApiKey.
class Credentials {
 public:
  /// Errors (kInvalid) name the file and the entry, never a secret: no YAML, an unknown key, a right that does not exist, a bad tenant, …
  static Result<Credentials> read(const std::filesystem::path& file, const std::string& default_tenant);

  /// Who the value of an Authorization header proves to be, nullptr where nobody. Takes the same time whatever fits, and compares only digests.
  const Identity* find(std::string_view authorization) const;

 private:
  using Digest = std::array<unsigned char, 32>;
  struct Entry {
    Identity identity;
    bool is_user = false;
    Digest user{}, secret{};
  };
  friend class CredentialsReader;

  std::vector<Entry> entries_;
};

/// Whether a request may use a route. If not, the answer says so: 401 to whom it may concern, 403 to those who are known. Sets request.identity.
bool admit(const Credentials& credentials, Access access, Request& request, Response& response);

}  // namespace sleipnir::api
