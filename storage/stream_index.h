#pragma once
#include <deque>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/matcher.h"
#include "base/scan.h"
#include "storage/scan/stream_set.h"

namespace sleipnir::storage {

/// The streams of one tenant: label set → stream, and label → value → postings. In memory only: parts and WAL records carry the label
/// sets they need, and a start fills the index from them. Ids are dense from 0 in the order of first sight. Streams are never removed
/// and never move. Any number of threads.
class StreamIndex {
 public:
  /// nullptr where there is none.
  const Stream* find(const LabelSet& labels) const;
  /// Finds or creates; nullptr when a new one would exceed `max_streams` (0 = any number). O(labels).
  const Stream* resolve(const LabelSet& labels, uint64_t max_streams = 0);

  /// The streams on which every matcher holds. Regular expressions run once per distinct value of their label, not per stream. Errors: those of the
  /// cancellation, which is looked at while they run; nullptr: that of the thread (RegexPatience).
  Result<StreamSet> match(const std::vector<Matcher>& matchers, const Cancellation* cancellation) const;
  std::vector<const Stream*> streams(const StreamSet& ids) const;
  uint64_t size() const;

 private:
  struct ByLabels {
    using is_transparent = void;
    size_t operator()(const Stream* s) const { return s->labels.hash(); }
    size_t operator()(const LabelSet& l) const { return l.hash(); }
    bool operator()(const Stream* a, const Stream* b) const { return a == b || a->labels == b->labels; }
    bool operator()(const LabelSet& a, const Stream* b) const { return a == b->labels; }
    bool operator()(const Stream* a, const LabelSet& b) const { return a->labels == b; }
  };
  using Postings = std::vector<uint32_t>;
  using Values = std::unordered_map<std::string, Postings>;

  /// Streams that have the matcher's label with a value on which it holds (`wanted`) or does not hold.
  Result<StreamSet> with_value(const Matcher& matcher, bool wanted, const Cancellation* cancellation) const;

  mutable std::shared_mutex mutex_;
  std::deque<Stream> streams_;
  std::unordered_set<const Stream*, ByLabels, ByLabels> by_labels_;
  std::unordered_map<std::string, Values> values_;
};

}  // namespace sleipnir::storage
