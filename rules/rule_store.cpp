#include "rules/rule_store.h"

#include <algorithm>

#include "rules/rule_yaml.h"
#include "rules/validate.h"
#include "spdlog/spdlog.h"
#include "storage/file.h"
#include "storage/tenant_name.h"

namespace sleipnir::rules {
namespace {

namespace fs = std::filesystem;
using storage::tenant_folder_name;
using storage::tenant_of_folder;

constexpr std::string_view kExtension = ".yaml";
constexpr size_t kLongestFileName = 255, kSuffixes = 9;  // `.yaml.tmp`
constexpr size_t kMostFileBytes = kMostRuleBytes / 2;    // so that it can be read again in any case

bool is_rule_file(const fs::path& path) {
  const std::string name = path.filename().string();
  return !name.starts_with('.') && (path.extension() == ".yaml" || path.extension() == ".yml");
}

Result<std::string> read_bounded(const fs::path& path) {
  std::error_code ec;
  if (const auto size = fs::file_size(path, ec); ec || size > kMostRuleBytes) return invalid(path.string() + ": " + (ec ? ec.message() : "longer than 16 MiB"));
  return storage::read_file(path);
}

/// Calls `f` with every entry of a folder, in the order of names; with none where there is no such folder.
template <class F>
Result<void> each_entry(const fs::path& folder, F&& f) {
  std::vector<fs::path> entries;
  std::error_code ec;
  if (!fs::is_directory(folder, ec)) return {};
  for (fs::directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec)) entries.push_back(it->path());
  if (ec) return storage::io_error(folder, "list", ec.value());
  std::sort(entries.begin(), entries.end());
  for (const fs::path& entry : entries)
    if (Result<void> done = f(entry); !done) return done;
  return {};
}

Error no_group() { return {ErrorKind::kNotFound, "group does not exist"}; }
Error no_namespace() { return {ErrorKind::kNotFound, "group namespace does not exist"}; }

const std::vector<RuleGroup>* find_namespace(const std::map<std::string, Namespaces>& tenants, const std::string& tenant, const std::string& name_space) {
  const auto of_tenant = tenants.find(tenant);
  if (of_tenant == tenants.end()) return nullptr;
  const auto found = of_tenant->second.find(name_space);
  return found == of_tenant->second.end() ? nullptr : &found->second;
}

}  // namespace

Result<std::unique_ptr<RuleStore>> RuleStore::open(RuleStoreOptions options) {
  std::unique_ptr<RuleStore> store(new RuleStore(std::move(options)));
  if (auto read = store->read_own(); !read) return read.error();
  store->reload();
  return store;
}

Result<std::vector<RuleGroup>> RuleStore::read_checked(const std::string& text) const {
  auto groups = read_rule_file(text);
  if (!groups) return groups.error();
  if (auto valid = validate(*groups, options_.parse); !valid) return valid.error();
  return groups;
}

Result<void> RuleStore::read_own() {
  return each_entry(options_.directory, [&](const fs::path& folder) -> Result<void> {
    const auto tenant = tenant_of_folder(folder.filename().string());
    std::error_code ec;
    return tenant && fs::is_directory(folder, ec) ? read_own_tenant(*tenant, folder) : Result<void>();
  });
}

Result<void> RuleStore::read_own_tenant(const std::string& tenant, const fs::path& folder) {
  return each_entry(folder, [&](const fs::path& path) -> Result<void> {
    const auto name_space = tenant_of_folder(path.stem().string());
    if (!name_space || path.extension() != kExtension) return {};
    auto text = read_bounded(path);
    if (!text && text.error().kind == ErrorKind::kIo) return text.error();
    auto groups = text ? read_checked(*text) : text.error();
    if (groups) {
      own_[tenant][*name_space] = std::move(*groups);
      return {};
    }
    auto aside = storage::set_aside(path);
    if (!aside) return aside.error();
    spdlog::error("rules: {}: {}; set aside as {}", path.string(), groups.error().message, aside->string());
    return {};
  });
}

void RuleStore::read_operators_tenant(const fs::path& folder, SeenFiles& seen, Namespaces& namespaces) const {
  const auto read = [&](const fs::path& path) -> Result<void> {
    if (!is_rule_file(path)) return {};
    SeenFile& file = seen[path];
    if (const auto before = seen_.find(path); before != seen_.end()) file = before->second;
    if (auto text = read_bounded(path); !text) {
      spdlog::error("rules: {}", text.error().message);
    } else if (file.text != *text) {
      if (auto groups = read_checked(*text); groups) file.groups = std::move(*groups);
      else spdlog::error("rules: {}: {}; {}", path.string(), groups.error().message, file.groups.empty() ? "left out" : "the rules before stay");
      file.text = std::move(*text);
    }
    if (!file.groups.empty()) namespaces[path.filename().string()] = file.groups;
    return {};
  };
  if (auto done = each_entry(folder, read); !done) spdlog::error("rules: {}", done.error().message);
}

bool RuleStore::reload() {
  if (options_.read_only.empty()) return false;
  std::lock_guard lock(mutex_);
  SeenFiles seen;
  Tenants tenants;
  const auto read = [&](const fs::path& folder) -> Result<void> {
    Namespaces namespaces;
    std::error_code ec;
    if (fs::is_directory(folder, ec) && !folder.filename().string().starts_with('.')) read_operators_tenant(folder, seen, namespaces);
    if (!namespaces.empty()) tenants[folder.filename().string()] = std::move(namespaces);
    return {};
  };
  if (auto done = each_entry(options_.read_only, read); !done) {
    spdlog::error("rules: {}", done.error().message);
    return false;
  }
  const bool changed = tenants != operators_;
  seen_ = std::move(seen);
  operators_ = std::move(tenants);
  return changed;
}

std::vector<std::string> RuleStore::tenants() const {
  std::lock_guard lock(mutex_);
  std::set<std::string> names;
  for (const Tenants* tenants : {&own_, &operators_})
    for (const auto& [name, namespaces] : *tenants) names.insert(name);
  return {names.begin(), names.end()};
}

Namespaces RuleStore::list(const std::string& tenant) const {
  std::lock_guard lock(mutex_);
  Namespaces all;
  if (const auto found = operators_.find(tenant); found != operators_.end()) all = found->second;
  if (const auto found = own_.find(tenant); found != own_.end()) all.insert(found->second.begin(), found->second.end());
  return all;
}

Result<fs::path> RuleStore::writable_file(const std::string& tenant, const std::string& name_space) const {
  if (find_namespace(operators_, tenant, name_space) != nullptr)
    return invalid("namespace " + name_space + " is read-only: it is the file " + (options_.read_only / tenant / name_space).string());
  const auto folder = tenant_folder_name(tenant), file = tenant_folder_name(name_space);
  if (!folder || !file || file->size() > kLongestFileName - kSuffixes) return invalid("the namespace has no name that a file can have");
  return options_.directory / *folder / (*file + std::string(kExtension));
}

Result<void> RuleStore::write(const std::string& tenant, const std::string& name_space, std::vector<RuleGroup> groups) {
  const auto path = writable_file(tenant, name_space);
  if (!path) return path.error();
  if (groups.empty()) {
    if (auto removed = storage::remove_file(*path); !removed) return removed;
    own_[tenant].erase(name_space);
    if (own_[tenant].empty()) own_.erase(tenant);
    return storage::sync_directory(path->parent_path());
  }
  if (auto made = storage::make_directory(options_.directory); !made) return made;
  if (auto made = storage::make_directory(path->parent_path()); !made) return made;
  const std::string text = write_rule_file(groups);
  if (text.size() > kMostFileBytes) return invalid("the rules of a namespace are longer than 8 MiB");
  if (auto written = storage::replace_file(*path, text); !written) return written;
  own_[tenant][name_space] = std::move(groups);
  return {};
}

Result<void> RuleStore::set_group(const std::string& tenant, const std::string& name_space, RuleGroup group) {
  std::lock_guard lock(mutex_);
  const auto* before = find_namespace(own_, tenant, name_space);
  std::vector<RuleGroup> groups = before == nullptr ? std::vector<RuleGroup>() : *before;
  const auto same = std::find_if(groups.begin(), groups.end(), [&](const RuleGroup& g) { return g.name == group.name; });
  if (same == groups.end()) groups.push_back(std::move(group));
  else *same = std::move(group);
  return write(tenant, name_space, std::move(groups));
}

Result<void> RuleStore::remove_group(const std::string& tenant, const std::string& name_space, const std::string& group) {
  std::lock_guard lock(mutex_);
  if (auto path = writable_file(tenant, name_space); !path) return path.error();
  const auto* before = find_namespace(own_, tenant, name_space);
  if (before == nullptr) return no_group();
  std::vector<RuleGroup> groups = *before;
  if (std::erase_if(groups, [&](const RuleGroup& g) { return g.name == group; }) == 0) return no_group();
  return write(tenant, name_space, std::move(groups));
}

Result<void> RuleStore::remove_namespace(const std::string& tenant, const std::string& name_space) {
  std::lock_guard lock(mutex_);
  if (auto path = writable_file(tenant, name_space); !path) return path.error();
  if (find_namespace(own_, tenant, name_space) == nullptr) return no_namespace();
  return write(tenant, name_space, {});
}

}  // namespace sleipnir::rules
