#include "api/erase/delete_requests.h"

#include <nlohmann/json.hpp>
#include <random>

#include "logql/syntax/parse.h"
#include "spdlog/spdlog.h"
#include "storage/file.h"
#include "storage/tenant_name.h"

namespace sleipnir::api {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr std::string_view kSuffix = ".json";

std::string new_id() {
  std::random_device random;
  char id[9];
  std::snprintf(id, sizeof id, "%08x", static_cast<unsigned>(random()));
  return id;
}

Json to_json(const DeleteRequest& r) {
  return {{"id", r.id}, {"query", r.query}, {"first", r.first}, {"last", r.last}, {"created", r.created}, {"processed", r.state == DeleteRequest::State::kProcessed}};
}

DeleteRequest from_json(const Json& j) {
  DeleteRequest r{.id = j.at("id"), .query = j.at("query"), .first = j.at("first"), .last = j.at("last"), .created = j.at("created")};
  if (j.at("processed").get<bool>()) r.state = DeleteRequest::State::kProcessed;
  return r;
}

}  // namespace

bool DeleteMask::covers(const LabelSet& stream) const {
  for (const Matcher& m : matchers) {
    const std::string* value = stream.find(m.name());
    if (!m.matches(value ? *value : std::string())) return false;
  }
  return true;
}

Result<DeleteMask> compile_mask(const DeleteRequest& request) {
  auto parsed = logql::parse(request.query, {.strict = true, .any_selector = true});
  if (!parsed) return parsed.error();
  const auto* log = std::get_if<logql::LogExpr>(&(*parsed)->v);
  if (!log) return invalid("not a log query");
  auto pipeline = logql::Pipeline::compile(log->stages);
  if (!pipeline) return pipeline.error();
  return DeleteMask{log->matchers, request.first, request.last, std::move(*pipeline)};
}

Result<std::unique_ptr<DeleteRequests>> DeleteRequests::open(fs::path folder) {
  if (auto made = storage::make_directory(folder); !made) return made.error();
  std::unique_ptr<DeleteRequests> requests(new DeleteRequests(std::move(folder)));
  std::error_code ec;
  for (fs::directory_iterator it(requests->folder_, ec), end; !ec && it != end; it.increment(ec)) {
    const auto tenant = it->path().extension() == kSuffix ? storage::tenant_of_folder(it->path().stem().string()) : std::nullopt;
    if (!tenant) continue;
    if (auto loaded = requests->load(it->path(), *tenant); !loaded) return loaded.error();
  }
  if (ec) return storage::io_error(requests->folder_, "list", ec.value());
  return requests;
}

Result<void> DeleteRequests::load(const fs::path& file, const std::string& tenant) {
  auto text = storage::read_file(file);
  if (!text) return text.error();
  Entries entries;
  std::string damage;
  try {
    for (const Json& j : Json::parse(*text)) {
      DeleteRequest request = from_json(j);
      auto mask = compile_mask(request);
      if (mask) entries.push_back({std::move(request), std::make_shared<const DeleteMask>(std::move(*mask))});
      else damage = request.query + ": " + mask.error().message;
    }
  } catch (const Json::exception& e) {
    damage = e.what();
  }
  if (!damage.empty()) {
    auto aside = storage::set_aside(file);
    if (!aside) return aside.error();
    spdlog::error("delete requests: {}: {}; set aside as {}", file.string(), damage, aside->string());
  }
  tenants_[tenant] = std::move(entries);
  return {};
}

Result<void> DeleteRequests::save(const std::string& tenant, const Entries& entries) const {
  const auto name = storage::tenant_folder_name(tenant);
  if (!name) return invalid("tenant name is empty or too long");
  Json all = Json::array();
  for (const Entry& e : entries) all.push_back(to_json(e.request));
  const fs::path path = folder_ / (*name + std::string(kSuffix)), temporary = fs::path(path) += ".tmp";
  auto file = storage::File::create(temporary);
  if (!file) return file.error();
  if (auto written = file->write(all.dump(1, ' ', false, Json::error_handler_t::replace) + "\n"); !written) return written;
  if (auto synced = file->sync(); !synced) return synced;
  if (auto renamed = storage::rename_file(temporary, path); !renamed) return renamed;
  return storage::sync_directory(folder_);
}

Result<std::string> DeleteRequests::add(const std::string& tenant, DeleteRequest request) {
  auto mask = compile_mask(request);
  if (!mask) return mask.error();
  request.id = new_id();
  std::lock_guard lock(mutex_);
  Entries entries = tenants_[tenant];
  const std::string id = request.id;
  entries.push_back({std::move(request), std::make_shared<const DeleteMask>(std::move(*mask))});
  if (auto saved = save(tenant, entries); !saved) return saved.error();
  tenants_[tenant] = std::move(entries);
  return id;
}

Result<void> DeleteRequests::cancel(const std::string& tenant, const std::string& id, const std::function<Result<void>(const DeleteRequest&)>& allowed) {
  std::lock_guard lock(mutex_);
  const Entry* entry = find(tenant, id);
  if (!entry) return Error{ErrorKind::kNotFound, "could not find delete request with given id"};
  if (auto may = allowed(entry->request); !may) return may;
  Entries entries = tenants_[tenant];
  std::erase_if(entries, [&](const Entry& e) { return e.request.id == id; });
  if (auto saved = save(tenant, entries); !saved) return saved;
  tenants_[tenant] = std::move(entries);
  return {};
}

std::vector<DeleteRequest> DeleteRequests::list(const std::string& tenant) const {
  std::lock_guard lock(mutex_);
  std::vector<DeleteRequest> requests;
  if (const auto it = tenants_.find(tenant); it != tenants_.end())
    for (const Entry& e : it->second) requests.push_back(e.request);
  return requests;
}

DeleteMasks DeleteRequests::masks(const std::string& tenant, Nanos first, Nanos last) const {
  std::lock_guard lock(mutex_);
  DeleteMasks masks;
  if (const auto it = tenants_.find(tenant); it != tenants_.end())
    for (const Entry& e : it->second)
      if (e.request.state != DeleteRequest::State::kProcessed && e.request.first <= last && e.request.last >= first) masks.push_back(e.mask);
  return masks;
}

std::optional<DeleteRequests::Due> DeleteRequests::take_due(Nanos created) {
  std::lock_guard lock(mutex_);
  for (auto& [tenant, entries] : tenants_) {
    for (Entry& e : entries) {
      if (e.request.state != DeleteRequest::State::kReceived || e.request.created > created) continue;
      e.request.state = DeleteRequest::State::kRunning;
      return Due{tenant, e.request, e.mask};
    }
  }
  return std::nullopt;
}

void DeleteRequests::set_progress(const Due& due, double progress) {
  std::lock_guard lock(mutex_);
  if (Entry* entry = find(due.tenant, due.request.id)) entry->request.progress = progress;
}

Result<void> DeleteRequests::set_state(const Due& due, DeleteRequest::State state) {
  std::lock_guard lock(mutex_);
  Entry* entry = find(due.tenant, due.request.id);
  if (!entry) return {};
  entry->request.state = state;
  return save(due.tenant, tenants_[due.tenant]);
}

DeleteRequests::Entry* DeleteRequests::find(const std::string& tenant, const std::string& id) {
  const auto it = tenants_.find(tenant);
  if (it == tenants_.end()) return nullptr;
  const auto entry = std::find_if(it->second.begin(), it->second.end(), [&](const Entry& e) { return e.request.id == id; });
  return entry == it->second.end() ? nullptr : &*entry;
}

}  // namespace sleipnir::api
