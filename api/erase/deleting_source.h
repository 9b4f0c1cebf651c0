#pragma once
#include "api/erase/delete_requests.h"
#include "base/scan.h"

namespace sleipnir::api {

/// Another source without the rows that delete requests mask: from the moment a request is accepted its lines are in no answer. Streams and
/// index statistics are those of the data, as long as it is there (as Loki's). A scan that no request reaches costs nothing more.
class DeletingSource : public Source {
 public:
  DeletingSource(Source& source, const DeleteRequests& requests) : source_(source), requests_(requests) {}

  Result<std::unique_ptr<BatchReader>> scan(const ScanRequest& request) override;
  Result<std::vector<const Stream*>> streams(const std::string& tenant, const std::vector<Matcher>& matchers, Nanos start, Nanos end) override;
  Result<IndexStats> index_stats(const std::string& tenant, const std::vector<Matcher>& matchers, Nanos start, Nanos end) override;
  Result<std::optional<std::vector<Counted>>> count(const CountRequest& request) override;

 private:
  Source& source_;
  const DeleteRequests& requests_;
};

}  // namespace sleipnir::api
