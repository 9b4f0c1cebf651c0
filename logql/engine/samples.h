#pragma once
#include <cstdint>
#include <vector>

namespace sleipnir::logql {

/// What the rows of one batch give a range function, by row.
struct Samples {
  enum class State : uint8_t {
    kOut,   ///< nothing: filtered out, or in no window
    kIn,    ///< a value of a series
    kOpen,  ///< not decided yet
  };

  /// All rows are out; the rest is as it happens to be.
  void resize(size_t rows) {
    state.assign(rows, State::kOut);
    if (rows <= slots.size()) return;
    slots.resize(rows);
    series.resize(rows);
    values.resize(rows);
  }
  void put(size_t row, uint32_t of_series, double value) {
    state[row] = State::kIn;
    series[row] = of_series;
    values[row] = value;
  }
  /// Collects the rows in a state, ascending.
  void list(State wanted, std::vector<uint32_t>& rows) const {
    rows.resize(state.size());
    size_t count = 0;
    for (uint32_t row = 0; row < state.size(); ++row) {
      rows[count] = row;
      count += state[row] == wanted;
    }
    rows.resize(count);
  }
  size_t bytes() const { return state.capacity() + (slots.capacity() + values.capacity()) * sizeof(uint64_t) + series.capacity() * sizeof(uint32_t); }

  std::vector<State> state;
  std::vector<uint64_t> slots;    ///< unless kOut; may be longer than the batch, as those below
  std::vector<uint32_t> series;   ///< where kIn
  std::vector<double> values;     ///< where kIn, unless each row counts 1
};

}  // namespace sleipnir::logql
