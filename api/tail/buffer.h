#pragma once
// What a live tail sends: entries as JSON, gathered into frames (http-api.md §8).
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/tail/hub.h"
#include "base/labels.h"

namespace sleipnir::api {

/// What the frames look like: those of /loki/api/v1/tail, or of /api/prom/tail.
enum class TailForm { kV1, kLegacy };

/// An entry ready to be sent, as `{"stream":{…},"values":[[…]]}` or `{"labels":"{…}","entries":[{…}]}`.
struct TailEntry {
  Nanos timestamp = 0;
  std::string json;
  size_t labels_size = 0;  ///< of the stream's object or string, which begins at kLabelsAt in either form

  static constexpr size_t kLabelsAt = 10;
  std::string_view labels() const { return std::string_view(json).substr(kLabelsAt, labels_size); }
};

/// What `categorize-labels` sets apart; without it there are only the stream's labels.
struct TailCategories {
  const LabelSet& metadata;
  const LabelSet& parsed;
};
TailEntry encode_tail_entry(Nanos timestamp, std::string_view line, const LabelSet& stream, const std::optional<TailCategories>& categories);
TailEntry encode_legacy_tail_entry(Nanos timestamp, std::string_view line, const LabelSet& stream);

/// The entries between the pipeline and the socket of one reader, and those that it lost. Bounded when told to drop. One thread.
class TailBuffer {
 public:
  static constexpr size_t kFrameEntries = 100, kFrames = 10;  ///< as Loki's
  static constexpr size_t kFrameBytes = 1 << 20, kMostBytes = 4 << 20;

  /// `flags`: the request's encoding flags, which each frame repeats. Entries are ready `delay` after they came in, or after their own time
  /// if that is earlier.
  TailBuffer(std::vector<std::string> flags, Nanos delay, TailForm form = TailForm::kV1) : flags_(std::move(flags)), delay_(delay), form_(form) {}

  /// `drop`: the reader is slow, so the entry is lost if it finds the buffer full.
  void add(TailEntry entry, Nanos now, bool drop);
  /// Makes the entries ready that are due, in the order of their times.
  void release(Nanos now, bool drop);
  void note(std::vector<DroppedEntry> dropped);

  /// Nothing more should be added to it, unless it may be dropped.
  bool full() const { return many_ready() || waiting_bytes_ >= kMostBytes; }
  /// When the next entry becomes ready; nullopt where none waits.
  std::optional<Nanos> next_due() const;
  /// The next frame, empty where there is nothing to send.
  std::string frame();

 private:
  bool many_ready() const { return ready_.size() >= kFrameEntries * kFrames || ready_bytes_ >= kMostBytes; }
  void make_ready(TailEntry entry, bool drop);
  void append_dropped(std::string& out);

  const std::vector<std::string> flags_;
  const Nanos delay_;
  const TailForm form_;
  std::multimap<Nanos, TailEntry> waiting_;  // by the time when they are due; equal ones in the order in which they came
  std::deque<TailEntry> ready_;
  size_t waiting_bytes_ = 0, ready_bytes_ = 0;
  std::vector<DroppedEntry> dropped_;
};

}  // namespace sleipnir::api
