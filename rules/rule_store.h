#pragma once
// Where rules are kept. Those that come by the API: `<data>/rules/<tenant>/<namespace>.yaml`, names encoded as the store's tenant folders. Those of the
// operator: `<rules directory>/<tenant>/<file>.yaml`, read only; the file's name is the namespace.
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "logql/syntax/parse.h"
#include "rules/rule.h"

namespace sleipnir::rules {

struct RuleStoreOptions {
  std::filesystem::path directory;   ///< ours
  std::filesystem::path read_only;   ///< the operator's; empty: none
  logql::ParseOptions parse;
};

/// Any thread. What it hands out are copies.
class RuleStore {
 public:
  /// Reads both folders. A file of ours that does not hold valid rules is set aside (`*.damaged`), one of the operator's is left out; both with a line in the
  /// log. Errors: kIo for our folder.
  static Result<std::unique_ptr<RuleStore>> open(RuleStoreOptions options);

  std::vector<std::string> tenants() const;
  Namespaces list(const std::string& tenant) const;

  /// Adds the group, or replaces the one of its name. The group must be valid. On disk when it returns. Errors: kIo; kInvalid where the namespace is the
  /// operator's, or too long for a file name.
  Result<void> set_group(const std::string& tenant, const std::string& name_space, RuleGroup group);
  /// Errors: kNotFound with Loki's text, and as set_group.
  Result<void> remove_group(const std::string& tenant, const std::string& name_space, const std::string& group);
  Result<void> remove_namespace(const std::string& tenant, const std::string& name_space);

  /// Reads the operator's folder again. A file that has become invalid keeps the rules that it had. Returns whether anything changed.
  bool reload();

 private:
  using Tenants = std::map<std::string, Namespaces>;

  /// A file of the operator, as it was read last.
  struct SeenFile {
    std::string text;
    std::vector<RuleGroup> groups;
    bool operator==(const SeenFile&) const = default;
  };
  using SeenFiles = std::map<std::filesystem::path, SeenFile>;

  explicit RuleStore(RuleStoreOptions options) : options_(std::move(options)) {}
  Result<void> read_own();
  Result<void> read_own_tenant(const std::string& tenant, const std::filesystem::path& folder);
  void read_operators_tenant(const std::filesystem::path& folder, SeenFiles& seen, Namespaces& namespaces) const;
  Result<std::vector<RuleGroup>> read_checked(const std::string& text) const;
  Result<std::filesystem::path> writable_file(const std::string& tenant, const std::string& name_space) const;
  Result<void> write(const std::string& tenant, const std::string& name_space, std::vector<RuleGroup> groups);

  const RuleStoreOptions options_;
  mutable std::mutex mutex_;
  Tenants own_, operators_;
  SeenFiles seen_;
};

}  // namespace sleipnir::rules
