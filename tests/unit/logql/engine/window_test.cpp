#include <doctest/doctest.h>

#include <limits>
#include <map>

#include "logql/engine/range_function.h"
#include "logql/engine/window.h"

namespace sleipnir::logql {

namespace {

void add_row(RangeFunction& function, uint32_t series, uint64_t slot, Nanos timestamp, double value) {
  const uint32_t row = 0;
  function.add({{&row, 1}, {&series, 1}, {&slot, 1}, {&timestamp, 1}, {&value, 1}});
}

std::map<uint32_t, std::vector<Point>> points_of(RangeFunction& function) {
  std::map<uint32_t, std::vector<Point>> points;
  Poll never(nullptr);
  auto done = function.finish([&](uint32_t series, std::span<const Point> of_series) -> Result<void> {
    CHECK((points.empty() || points.rbegin()->first < series));
    points[series].assign(of_series.begin(), of_series.end());
    return {};
  }, never);
  CHECK(done.ok());
  return points;
}

}  // namespace

TEST_CASE("a time lies in the windows that the definition says") {
  auto f = [](Nanos step, uint32_t count, Nanos range, Nanos offset) {
    Windows windows({100, step, count}, range, offset);
    for (Nanos ts = windows.begin() - 5; ts < windows.end() + 5; ++ts) {
      auto slot = windows.begin() <= ts && ts < windows.end() ? windows.slot(ts) : std::nullopt;
      const auto span = windows.slot_span(ts);
      CHECK(span.slot == slot);
      REQUIRE(span.last >= ts);
      CHECK(windows.slot_span(span.last).slot == slot);
      if (ts < windows.end() && windows.begin() < windows.end()) CHECK(windows.slot_span(span.last + 1).slot != slot);
      if (slot) CHECK(*slot < windows.slots());
      for (uint32_t i = 0; i < count; ++i) {
        Nanos end = 100 + i * step - offset;
        bool want = end - range < ts && ts <= end;
        bool got = slot && windows.first_slot(i) <= *slot && *slot <= windows.last_slot(i);
        CAPTURE(ts);
        CAPTURE(i);
        CHECK(got == want);
      }
    }
    CHECK(windows.window_begin(0) == 100 - offset - range);
    CHECK(windows.window_end(count - 1) == 100 + (count - 1) * step - offset);
  };
  f(10, 5, 10, 0);   // one bucket a step
  f(10, 5, 30, 0);   // overlapping, range a multiple of step
  f(10, 5, 25, 3);   // overlapping, not a multiple
  f(10, 5, 4, 0);    // gaps
  f(10, 5, 9, -7);
  f(3, 7, 10, 1);
  f(0, 1, 10, 0);    // instant
  f(10, 5, 0, 0);    // empty windows
}

TEST_CASE("windows at the edge of time do not overflow") {
  Windows windows({std::numeric_limits<Nanos>::min() + 5, 10, 2}, 100, 0);
  CHECK(windows.begin() < windows.end());
  Windows late({std::numeric_limits<Nanos>::max() - 5, 0, 1}, kHour, -kHour);
  CHECK(late.begin() <= late.end());
}

TEST_CASE("counts do not depend on the order of rows") {
  Windows windows({1000, 10, 20}, 35, 0);
  auto count = [&](bool backward) {
    auto function = make_counting(windows, 1);
    Nanos length = windows.end() - windows.begin();
    for (Nanos i = 0; i < length; ++i) {
      Nanos ts = backward ? windows.end() - 1 - i : windows.begin() + i;
      if (ts % 3 == 0) add_row(*function, 0, *windows.slot(ts), ts, 1);
    }
    return points_of(*function)[0];
  };
  auto forward = count(false), backward = count(true);
  REQUIRE(forward.size() == 20);
  REQUIRE(backward.size() == 20);
  for (size_t i = 0; i < 20; ++i) {
    Nanos end = 1000 + static_cast<Nanos>(i) * 10;
    double want = 0;
    for (Nanos ts = end - 34; ts <= end; ++ts) want += ts % 3 == 0;
    CHECK(forward[i].value == want);
    CHECK(backward[i].value == want);
  }
}

}  // namespace sleipnir::logql
