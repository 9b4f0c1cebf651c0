#pragma once
// How rows map to steps. The window of step i is (t_i - range - offset, t_i - offset], to the nanosecond. All edges of all windows cut
// time into slots; a row lies in one slot, a window is a run of slots. Functions keep one partial result a slot, never the rows.
#include <cstdint>
#include <optional>
#include <vector>

#include "logql/engine/series.h"

namespace sleipnir::logql {

class Windows {
 public:
  /// `range` >= 0. Times beyond the representable are clamped.
  Windows(const Steps& steps, Nanos range, Nanos offset);

  const Steps& steps() const { return steps_; }
  Nanos range() const { return range_; }
  /// Where every row of any window lies: begin() <= ts < end(). Empty for a range of 0.
  Nanos begin() const;
  Nanos end() const;

  /// Slot of a time within [begin, end), nullopt in a gap between windows (range < step). Slots ascend with time.
  std::optional<uint64_t> slot(Nanos ts) const;
  /// Slots are below this.
  uint64_t slots() const { return last_slot(steps_.count - 1) + 1; }
  /// The same of any time, with the last time up to which it holds.
  struct SlotSpan {
    std::optional<uint64_t> slot;
    Nanos last;
  };
  SlotSpan slot_span(Nanos ts) const;
  uint64_t first_slot(uint32_t step) const { return per_period_ * step; }
  uint64_t last_slot(uint32_t step) const { return per_period_ * (step + whole_); }
  /// The first step whose window holds the slot.
  uint32_t first_step(uint64_t slot) const {
    uint64_t step = (slot + per_period_ - 1) / per_period_;
    return static_cast<uint32_t>(step > whole_ ? step - whole_ : 0);
  }

  /// Ascending times that cut [begin(), end()) into (edge, next edge], each within one slot or in a gap. Empty where the windows are empty, or
  /// where there would be more than `most`.
  std::vector<Nanos> edges(size_t most) const;

  Nanos window_begin(uint32_t step) const { return edge_ + static_cast<Nanos>(step) * static_cast<Nanos>(period_); }
  Nanos window_end(uint32_t step) const { return window_begin(step) + range_; }

 private:
  Steps steps_;
  Nanos range_;
  Nanos edge_;          // the exclusive start of the first window
  uint64_t period_;     // distance of windows
  uint64_t remainder_;  // range modulo period: where in a period windows end; 0 where windows start
  uint64_t per_period_; // slots a period: two where windows end within it
  uint64_t whole_;      // periods between the first and the last slot of a window
  bool gaps_;
};

/// Calls f(step, begin, end) for each window that holds an entry, ascending; begin and end are indexes into `entries`, which ascend by
/// their member `slot`.
template <class Entries, class F>
void for_each_window(const Windows& windows, const Entries& entries, F&& f) {
  size_t begin = 0, end = 0;
  for (uint32_t step = 0; step < windows.steps().count; ++step) {
    while (begin < entries.size() && entries[begin].slot < windows.first_slot(step)) ++begin;
    if (begin == entries.size()) return;
    if (end < begin) end = begin;
    while (end < entries.size() && entries[end].slot <= windows.last_slot(step)) ++end;
    if (begin < end) {
      f(step, begin, end);
    } else {
      uint32_t next = windows.first_step(entries[begin].slot);
      if (next > step + 1) step = next - 1;
    }
  }
}

}  // namespace sleipnir::logql
