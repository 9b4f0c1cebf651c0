// Selection by sampling (Floyd and Rivest): a sorted sample bounds where the rank lies; one pass without branches counts what is below and copies what is
// between; what is left is small. A guess that misses costs a selection from all values, never a wrong answer.
#include "logql/engine/ranks.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sleipnir::logql {
namespace {

constexpr size_t kFew = 256;  ///< are selected from as they are
constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Ranks `rank` and the next of values without NaN, which it reorders.
std::pair<double, double> select(size_t rank, std::span<double> values) {
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(rank);
  std::nth_element(values.begin(), at, values.end());
  return {*at, at + 1 == values.end() ? *at : *std::min_element(at + 1, values.end())};
}

}  // namespace

std::pair<double, double> Ranks::at(size_t rank, std::span<const std::span<const double>> pieces) {
  size_t count = 0;
  for (const auto& piece : pieces) count += piece.size();
  if (count <= kFew) return of_all(rank, count, pieces);
  const auto [low, high] = guess(rank, count, pieces);
  if (room_.size() < count) room_.resize(count);
  size_t below = 0, nans = 0, between = 0;
  for (const auto& piece : pieces) {
    for (const double v : piece) {
      below += v < low;
      nans += v != v;
      room_[between] = v;
      between += (v >= low) & (v <= high);
    }
  }
  // The rank and the next one, if there is one, have to be between.
  const size_t first = below + nans;
  if (rank < first || std::min(rank + 1, count - 1) >= first + between) return of_all(rank, count, pieces);
  return low == high ? std::pair(low, low) : select(rank - first, std::span(room_).first(between));
}

std::pair<double, double> Ranks::guess(size_t rank, size_t count, std::span<const std::span<const double>> pieces) {
  const auto wanted = std::clamp<size_t>(static_cast<size_t>(std::sqrt(static_cast<double>(count))), 48, 1024);
  const size_t every = count / wanted;
  sample_.clear();
  size_t skip = every / 2;
  for (const auto& piece : pieces) {
    for (; skip < piece.size(); skip += every) {
      if (!std::isnan(piece[skip])) sample_.push_back(piece[skip]);
    }
    skip -= piece.size();
  }
  if (sample_.empty()) return {-kInfinity, kInfinity};
  std::sort(sample_.begin(), sample_.end());
  // As many standard deviations of the rank in a sample as make misses rare.
  const double share = static_cast<double>(rank) / static_cast<double>(count), size = static_cast<double>(sample_.size());
  const double middle = share * size, spread = 3 * std::sqrt(size * share * (1 - share)) + 1.5;
  const double low = std::floor(middle - spread), high = std::ceil(middle + spread);
  return {low < 0 ? -kInfinity : sample_[static_cast<size_t>(low)], high >= size ? kInfinity : sample_[static_cast<size_t>(high)]};
}

std::pair<double, double> Ranks::of_all(size_t rank, size_t count, std::span<const std::span<const double>> pieces) {
  room_.clear();
  for (const auto& piece : pieces) room_.insert(room_.end(), piece.begin(), piece.end());
  const auto numbers = std::partition(room_.begin(), room_.end(), [](double v) { return std::isnan(v); });
  const auto nans = static_cast<size_t>(numbers - room_.begin());
  const size_t next = std::min(rank + 1, count - 1);
  if (next < nans) return {room_[rank], room_[next]};
  const std::span<double> rest(numbers, room_.end());
  if (rank >= nans) return select(rank - nans, rest);
  return {room_[rank], *std::min_element(rest.begin(), rest.end())};
}

}  // namespace sleipnir::logql
