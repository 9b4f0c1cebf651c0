#pragma once
#include <atomic>
#include <memory>
#include <vector>

#include "base/entry.h"
#include "base/scan.h"

namespace sleipnir::testing {

/// An entry with the stream that it belongs to.
struct StoredEntry {
  LabelSet stream;
  Entry entry;
};

/// A Source over entries in arrival order, one tenant. It makes life as hard as the contract of base/scan.h allows: small batches, other
/// stream order for kAny, rows dropped whenever `where` is certainly false for them, lines that must not be read where need_lines is off;
/// columns that are there or not, undecided rows, numbers or dictionaries, certainty and counts or none, as chance will have it.
class MemorySource : public Source {
 public:
  explicit MemorySource(std::vector<StoredEntry> entries, size_t batch_rows = 7);
  ~MemorySource() override;

  Result<std::unique_ptr<BatchReader>> scan(const ScanRequest& request) override;
  Result<std::vector<const Stream*>> streams(const std::string& tenant, const std::vector<Matcher>& matchers, Nanos start, Nanos end) override;
  Result<IndexStats> index_stats(const std::string& tenant, const std::vector<Matcher>& matchers, Nanos start, Nanos end) override;
  Result<std::optional<std::vector<Counted>>> count(const CountRequest& request) override;

  struct Row {
    const Stream* stream;
    Entry entry;
  };

 private:
  std::vector<std::unique_ptr<Stream>> streams_;
  std::vector<Row> rows_;  // by (timestamp, arrival)
  size_t batch_rows_;
  std::atomic<uint64_t> chance_{1};  // differs from request to request
};

}  // namespace sleipnir::testing
