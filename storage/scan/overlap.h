#pragma once
// Where several runs may hold the same entry, so that rows, sums and counts of one run alone are not the whole truth.
#include <span>
#include <vector>

#include "storage/scan/run.h"

namespace sleipnir::storage {

/// Times are inclusive.
struct TimeRange {
  Nanos first, last;
  bool operator==(const TimeRange&) const = default;
};

/// Times of streams. Not thread-safe while it is filled.
class StreamTimes {
 public:
  void add(uint64_t stream, TimeRange range) { spans_.push_back({stream, range}); }
  /// To be called once all are added; joins what touches.
  void finish();

  bool empty() const { return spans_.empty(); }
  /// Ascending, disjoint. O(log n).
  std::span<const TimeRange> of(uint64_t stream) const;
  bool holds(uint64_t stream, Nanos time) const;
  StreamSet streams() const;
  /// From the first of all times to the last one; not to be asked when empty.
  TimeRange hull() const { return hull_; }

 private:
  struct OfStream {
    uint64_t stream;
    TimeRange range;
  };
  std::vector<OfStream> spans_;    // by stream and time
  std::vector<TimeRange> ranges_;  // those of spans_
  TimeRange hull_{};
};

/// For each run, the times of these streams within [first, last] at which another run may hold the same entries. Entries of the head are told apart when
/// they come in, so that unsealed runs contest nothing among themselves. Cost: a walk over the streams of runs that overlap in time, nothing for others.
std::vector<StreamTimes> contested(const Runs& runs, const StreamSet& streams, Nanos first, Nanos last);

}  // namespace sleipnir::storage
