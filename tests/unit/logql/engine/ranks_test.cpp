// Two neighbouring ranks of values in pieces, and values kept by cell, beside sorted copies.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <random>

#include "logql/engine/cell_values.h"
#include "logql/engine/ranks.h"

namespace sleipnir::logql {
namespace {

using Pieces = std::vector<std::span<const double>>;

/// The same number or both NaN.
bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

std::vector<double> in_order(std::vector<double> values) {
  std::sort(values.begin(), values.end(), [](double a, double b) { return std::isnan(a) ? !std::isnan(b) : a < b; });
  return values;
}

}  // namespace

TEST_CASE("ranks are those of sorted values") {
  std::mt19937 random(7);
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN(), kInf = std::numeric_limits<double>::infinity();
  using Draw = std::function<double()>;
  const std::vector<Draw> draws = {
      [&] { return std::exp(std::normal_distribution(3.0, 2.0)(random)); },
      [&] { return static_cast<double>(random() % 5); },
      [&] { return random() % 3 ? 200.0 : 500.0; },
      [&] { return random() % 10 ? kNan : 1.0; },
      [&] { return random() % 2 ? kNan : static_cast<double>(random() % 1000); },
      [&] { return random() % 3 == 0 ? kInf : random() % 3 == 1 ? -kInf : 0.5; },
      [&, n = 0.0]() mutable { return n += 1; },
      [&, n = 0]() mutable { return ++n % 64 == 0 ? -1e9 : 1.0 * n; },
      [&] { return kNan; },
  };
  Ranks ranks;
  for (const Draw& draw : draws) {
    for (const size_t count : {1, 2, 3, 255, 257, 1000, 5000, 40000}) {
      std::vector<double> values;
      for (size_t i = 0; i < count; ++i) values.push_back(draw());
      const std::vector<double> sorted = in_order(values);
      Pieces pieces;
      for (size_t at = 0; at < count;) {
        const size_t size = std::min<size_t>(count - at, random() % 700);
        pieces.emplace_back(values.data() + at, size);
        at += size;
      }
      for (const double phi : {0.0, 0.001, 0.25, 0.5, 0.9, 0.99, 1.0}) {
        const auto rank = static_cast<size_t>(phi * static_cast<double>(count - 1));
        CAPTURE(count);
        CAPTURE(rank);
        const auto [low, high] = ranks.at(rank, pieces);
        CHECK(same(low, sorted[rank]));
        CHECK(same(high, sorted[std::min(rank + 1, count - 1)]));
      }
    }
  }
}

TEST_CASE("values of cells come back in order, those of a later one behind") {
  std::mt19937 random(3);
  constexpr uint32_t kCells = 300;
  std::vector<std::vector<double>> want(kCells);
  CellValues all;
  double next = 0;
  for (int round = 0; round < 4; ++round) {
    CellValues later;
    std::vector<uint32_t> cell_of(kCells);
    for (uint32_t i = 0; i < kCells; ++i) cell_of[i] = (i * 7 + static_cast<uint32_t>(round)) % kCells;
    for (size_t i = 0; i < 50000 * static_cast<size_t>(round); ++i) {
      const uint32_t cell = std::min(random() % kCells, random() % kCells);
      later.add(cell, ++next);
      want[cell_of[cell]].push_back(next);
    }
    all.absorb(later, cell_of);
    for (int i = 0; i < 1000; ++i) {
      const auto cell = static_cast<uint32_t>(random() % kCells);
      all.add(cell, ++next);
      want[cell].push_back(next);
    }
  }
  REQUIRE(all.cells() == kCells);
  for (uint32_t cell = 0; cell < kCells; ++cell) {
    Pieces pieces;
    all.append_chunks(cell, pieces);
    std::vector<double> got;
    for (const auto& piece : pieces) got.insert(got.end(), piece.begin(), piece.end());
    CHECK(got == want[cell]);
  }
  CHECK(all.bytes() < static_cast<size_t>(next) * 2 * sizeof(double));
}

}  // namespace sleipnir::logql
