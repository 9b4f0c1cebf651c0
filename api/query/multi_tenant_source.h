#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/scan.h"

namespace sleipnir::api {

/// The label that tells tenants apart.
inline constexpr std::string_view kTenantLabel = "__tenant_id__";

/// Several tenants of another source as one: every stream carries `__tenant_id__`, rows of all tenants come merged by time. An own label of that
/// name becomes `original___tenant_id__`. Matchers on `__tenant_id__` choose tenants. The `tenant` of requests is ignored.
/// Made for one query: the streams it hands out live as long as it does.
class MultiTenantSource : public Source {
 public:
  MultiTenantSource(Source& source, std::vector<std::string> tenants) : source_(source), tenants_(std::move(tenants)) {}

  Result<std::unique_ptr<BatchReader>> scan(const ScanRequest& request) override;
  Result<std::vector<const Stream*>> streams(const std::string& tenant, const std::vector<Matcher>& matchers, Nanos start, Nanos end) override;
  Result<IndexStats> index_stats(const std::string& tenant, const std::vector<Matcher>& matchers, Nanos start, Nanos end) override;

  Result<std::optional<std::vector<Counted>>> count(const CountRequest& request) override;

  /// The same stream with the tenant's label. Any thread.
  const Stream* labelled(size_t tenant, const Stream* stream);

 private:
  struct Selection {
    std::vector<size_t> tenants;
    std::vector<Matcher> matchers;
  };
  Selection select(const std::vector<Matcher>& matchers) const;

  Source& source_;
  const std::vector<std::string> tenants_;
  std::mutex mutex_;
  std::map<std::pair<size_t, const Stream*>, std::unique_ptr<Stream>> streams_;
};

}  // namespace sleipnir::api
