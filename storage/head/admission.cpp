#include "storage/head/admission.h"

#include <algorithm>

namespace sleipnir::storage {

Nanos& Admission::newest(const Stream* stream) {
  if (stream->id >= newest_.size()) newest_.resize(stream->id + 1, INT64_MIN);
  return newest_[stream->id];
}

void Admission::note(const Stream* stream, Nanos timestamp) {
  std::lock_guard lock(mutex_);
  Nanos& known = newest(stream);
  known = std::max(known, timestamp);
}

std::vector<AcceptedStream> Admission::admit(const std::vector<StreamEntries>& push, const AppendOptions& options, AppendReport& report) {
  std::vector<AcceptedStream> accepted;
  for (size_t s = 0; s < push.size(); s++) {
    const auto& entries = push[s].entries;
    if (entries.empty()) continue;
    const Stream* stream = index_.resolve(push[s].labels, options.max_streams);
    if (!stream) {
      for (size_t e = 0; e < entries.size(); e++) report.refused.push_back({s, e, Refused::Why::kTooManyStreams});
      continue;
    }
    AcceptedStream taken{stream, {}};
    taken.entries.reserve(entries.size());
    std::lock_guard lock(mutex_);
    Nanos& known = newest(stream);
    for (size_t e = 0; e < entries.size(); e++) {
      Nanos oldest = INT64_MIN;
      if (options.out_of_order_window > 0 && known > INT64_MIN + options.out_of_order_window) oldest = known - options.out_of_order_window;
      if (entries[e].timestamp < oldest) {
        report.refused.push_back({s, e, Refused::Why::kTooFarBehind, oldest});
        continue;
      }
      known = std::max(known, entries[e].timestamp);
      taken.entries.push_back(&entries[e]);
    }
    if (!taken.entries.empty()) accepted.push_back(std::move(taken));
  }
  return accepted;
}

}  // namespace sleipnir::storage
