#pragma once
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "base/labels.h"
#include "base/line_text.h"
#include "base/result.h"
#include "base/time.h"

namespace sleipnir::api {

/// What a missing timestamp becomes: Go's zero time in nanoseconds, wrapped round as Go does. Such an entry is refused (http-api.md §9, measured).
inline constexpr Nanos kNoTimestamp = -6795364578871345152;

/// An entry as decoded; its line may be borrowed from the body. Metadata in the order of the body, names not yet normalised, possibly with duplicates.
struct ReceivedEntry {
  Nanos timestamp = kNoTimestamp;
  LineText line;
  std::vector<Label> metadata;
};

/// A stream as decoded. Decoders that know the labels one by one and know them to be valid set `labels`; all others set `label_text`, which
/// stays to be parsed (an empty text is an empty set).
struct ReceivedStream {
  std::string label_text;
  LabelSet labels;
  std::vector<ReceivedEntry> entries;
};

/// Bounds what one body may grow to in memory: two bytes of protobuf can ask for an object of some hundred. Decoders add every object through
/// it, and stop once it is exhausted.
class DecodeBudget {
 public:
  static constexpr uint64_t kBytes = 512ull << 20;  ///< eight million entries, many times what any client sends at once

  template <class T>
  T& add(std::vector<T>& objects) {
    charge(sizeof(T));
    return objects.emplace_back();
  }
  void charge(uint64_t bytes) { used_ += bytes; }
  bool exhausted() const { return used_ > kBytes; }
  static Error error() { return {ErrorKind::kTooLarge, "request body too large: decoded message takes more than " + std::to_string(kBytes) + " bytes"}; }

 private:
  uint64_t used_ = 0;
};

}  // namespace sleipnir::api
