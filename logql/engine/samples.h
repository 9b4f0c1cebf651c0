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

  void resize(size_t rows) {
    state.assign(rows, State::kOut);
    slots.resize(rows);
    series.resize(rows);
    values.resize(rows);
  }
  void put(size_t row, uint32_t of_series, double value) {
    state[row] = State::kIn;
    series[row] = of_series;
    values[row] = value;
  }

  std::vector<State> state;
  std::vector<uint64_t> slots;    ///< unless kOut
  std::vector<uint32_t> series;   ///< where kIn
  std::vector<double> values;     ///< where kIn
};

}  // namespace sleipnir::logql
