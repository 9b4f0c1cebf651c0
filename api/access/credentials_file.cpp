// Reads the file of --auth-file.
#include <openssl/sha.h>

#include "api/access/credentials.h"
#include "api/access/tenant.h"
#include "api/config/yaml_file.h"
#include "base/text.h"

namespace sleipnir::api {

class CredentialsReader {
 public:
  using Entry = Credentials::Entry;
  using Digest = Credentials::Digest;

  CredentialsReader(Credentials& to, const std::string& default_tenant) : to_(to), default_tenant_(default_tenant) {}

  Result<void> read(const YAML::Node& root) {
    const YAML::Node list = root.IsMap() ? root["credentials"] : YAML::Node();
    if (!list || !list.IsSequence() || root.size() != 1) return invalid("a mapping with a list `credentials` is expected");
    for (const YAML::Node& node : list) {
      Entry entry;
      if (auto done = read_entry(node, entry); !done) return invalid(line_of(node) + "credentials[" + std::to_string(to_.entries_.size()) + "]: " + done.error().message);
      to_.entries_.push_back(std::move(entry));
    }
    return to_.entries_.empty() ? Result<void>(invalid("credentials: an empty list lets nobody in")) : Result<void>();
  }

 private:
  static Result<void> read_digest(std::string_view text, Digest& to) {
    if (text.size() != 2 * to.size()) return invalid("64 hex digits are expected for a SHA-256");
    for (size_t i = 0; i < to.size(); ++i) {
      const auto digit = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1; };
      const int high = digit(text[2 * i]), low = digit(text[2 * i + 1]);
      if (high < 0 || low < 0) return invalid("64 hex digits are expected for a SHA-256");
      to[i] = static_cast<unsigned char>(high << 4 | low);
    }
    return {};
  }

  static Digest digest(const std::string& text) {
    Digest out;
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), out.data());
    return out;
  }

  static Result<void> read_right(const std::string& right, Identity& identity) {
    if (right == "read") identity.read = true;
    else if (right == "write") identity.write = true;
    else if (right == "delete") identity.erase = true;
    else if (right == "admin") identity.admin = true;
    else return invalid("rights: read, write, delete or admin is expected, not " + go_quote(right));
    return {};
  }

  static Result<void> read_tenant(const std::string& tenant, Identity& identity) {
    if (tenant == "*") {
      identity.all_tenants = true;
      return {};
    }
    if (tenant.empty()) return invalid("tenants: an empty name");
    if (auto ok = check_tenant(tenant); !ok) return ok;
    identity.tenants.push_back(tenant);
    return {};
  }

  /// A scalar or a list of scalars.
  static Result<void> each(const YAML::Node& node, Identity& identity, Result<void> (*take)(const std::string&, Identity&)) {
    if (node.IsScalar()) return take(node.Scalar(), identity);
    if (!node.IsSequence()) return invalid("a list is expected");
    for (const YAML::Node& item : node)
      if (auto done = take(item.Scalar(), identity); !done) return done;
    return {};
  }

  Result<void> read_entry(const YAML::Node& node, Entry& entry) const {
    if (!node.IsMap()) return invalid("a mapping is expected");
    int secrets = 0;
    bool is_token = false;
    for (const auto& item : node) {
      const std::string& key = item.first.Scalar();
      Result<void> done;
      if (key == "name" || key == "user") {
        entry.identity.name = item.second.Scalar();
        if (key == "user") entry.is_user = true, entry.user = digest(entry.identity.name);
      } else if (key == "token" || key == "password") {
        if (item.second.Scalar().empty()) return invalid(key + ": it is empty");
        entry.secret = digest(item.second.Scalar());
        ++secrets;
      } else if (key == "token_sha256" || key == "password_sha256") {
        done = read_digest(item.second.Scalar(), entry.secret);
        ++secrets;
      } else if (key == "tenants") {
        done = each(item.second, entry.identity, read_tenant);
      } else if (key == "rights") {
        done = each(item.second, entry.identity, read_right);
      } else {
        return invalid("unknown key " + key);
      }
      if (!done) return done;
      is_token = is_token || key.starts_with("token");
    }
    if (secrets != 1 || is_token == entry.is_user) return invalid("either a token, or a user with a password is expected");
    if (!entry.identity.read && !entry.identity.write && !entry.identity.erase && !entry.identity.admin) return invalid("it has no rights");
    if (entry.identity.tenants.empty() && !entry.identity.all_tenants) entry.identity.tenants.push_back(default_tenant_);
    return {};
  }

  Credentials& to_;
  const std::string& default_tenant_;
};

Result<Credentials> Credentials::read(const std::filesystem::path& file, const std::string& default_tenant) {
  Credentials credentials;
  auto done = read_yaml_file(file, [&](const YAML::Node& root) { return CredentialsReader(credentials, default_tenant).read(root); });
  if (!done) return done.error();
  return credentials;
}

}  // namespace sleipnir::api
