#pragma once
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/matcher.h"
#include "base/result.h"
#include "base/time.h"
#include "logql/stages/pipeline.h"

namespace sleipnir::api {

/// Lines that somebody wants gone (http-api.md §11): those that the query returns, with first <= timestamp <= last.
struct DeleteRequest {
  enum class State { kReceived, kRunning, kProcessed };
  std::string id, query;
  Nanos first = 0, last = 0, created = 0;
  State state = State::kReceived;
  double progress = 0;  ///< 0 … 1 while it is running
};

/// What a request masks, ready to be asked. Immutable, shared by threads.
struct DeleteMask {
  std::vector<Matcher> matchers;
  Nanos first = 0, last = 0;
  std::shared_ptr<const logql::Pipeline> pipeline;

  bool covers(const LabelSet& stream) const;
};
/// Loki's language only. Error (kInvalid): not a log query, or one whose stages do not compile.
Result<DeleteMask> compile_mask(const DeleteRequest& request);

using DeleteMasks = std::vector<std::shared_ptr<const DeleteMask>>;

/// The delete requests of all tenants. A change is on disk when the call that makes it returns: one JSON file a tenant. Any number of threads.
class DeleteRequests {
 public:
  /// Reads the folder or creates it. A file that cannot be read is set aside, named in the log. Errors: kIo.
  static Result<std::unique_ptr<DeleteRequests>> open(std::filesystem::path folder);

  /// Stores the request and returns its id. Errors: those of compile_mask; kIo.
  Result<std::string> add(const std::string& tenant, DeleteRequest request);
  /// Forgets it. Errors: kNotFound; what `allowed` says of the request; kIo.
  Result<void> cancel(const std::string& tenant, const std::string& id, const std::function<Result<void>(const DeleteRequest&)>& allowed);
  /// By creation time.
  std::vector<DeleteRequest> list(const std::string& tenant) const;
  /// Masks of the requests that are not processed yet and reach into [first, last].
  DeleteMasks masks(const std::string& tenant, Nanos first, Nanos last) const;

  /// A request that was created before `created` and is still to be processed; it counts as running from now on.
  struct Due { std::string tenant; DeleteRequest request; std::shared_ptr<const DeleteMask> mask; };
  std::optional<Due> take_due(Nanos created);
  void set_progress(const Due& due, double progress);
  /// Error: kIo; the request then counts as running until the next start.
  Result<void> set_state(const Due& due, DeleteRequest::State state);

 private:
  struct Entry { DeleteRequest request; std::shared_ptr<const DeleteMask> mask; };
  using Entries = std::vector<Entry>;

  explicit DeleteRequests(std::filesystem::path folder) : folder_(std::move(folder)) {}
  Result<void> load(const std::filesystem::path& file, const std::string& tenant);
  Result<void> save(const std::string& tenant, const Entries& entries) const;
  Entry* find(const std::string& tenant, const std::string& id);

  const std::filesystem::path folder_;
  mutable std::mutex mutex_;
  std::map<std::string, Entries> tenants_;
};

}  // namespace sleipnir::api
