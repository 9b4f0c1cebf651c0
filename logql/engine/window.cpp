#include "logql/engine/window.h"

#include <algorithm>
#include <limits>

namespace sleipnir::logql {

namespace {
constexpr Nanos kMin = std::numeric_limits<Nanos>::min(), kMax = std::numeric_limits<Nanos>::max();

Nanos clamp(__int128 t) { return static_cast<Nanos>(std::clamp<__int128>(t, kMin, kMax - 1)); }
}  // namespace

Windows::Windows(const Steps& steps, Nanos range, Nanos offset) : steps_(steps), range_(range) {
  edge_ = clamp(static_cast<__int128>(steps.start) - offset - range);
  period_ = static_cast<uint64_t>(steps.count > 1 ? steps.step : std::max<Nanos>(range, 1));
  uint64_t length = static_cast<uint64_t>(range);
  remainder_ = length % period_;
  per_period_ = remainder_ != 0 ? 2 : 1;
  whole_ = length == 0 ? 0 : (length - 1) / period_;
  gaps_ = length < period_;
}

Nanos Windows::begin() const { return clamp(static_cast<__int128>(edge_) + 1); }

Nanos Windows::end() const {
  if (range_ == 0) return begin();
  return clamp(static_cast<__int128>(edge_) + static_cast<__int128>(period_) * (steps_.count - 1) + range_ + 1);
}

std::optional<uint64_t> Windows::slot(Nanos ts) const {
  uint64_t since = static_cast<uint64_t>(ts) - static_cast<uint64_t>(edge_) - 1;
  bool late = remainder_ != 0 && since % period_ >= remainder_;
  if (late && gaps_) return std::nullopt;
  return per_period_ * (since / period_) + late;
}

std::vector<Nanos> Windows::edges(size_t most) const {
  std::vector<Nanos> edges;
  if (begin() >= end()) return edges;
  const Nanos last = end() - 1;
  for (__int128 period = edge_; period < last; period += period_) {
    if (edges.size() + 3 > most) return {};
    edges.push_back(static_cast<Nanos>(period));
    if (remainder_ != 0 && period + remainder_ < last) edges.push_back(static_cast<Nanos>(period + remainder_));
  }
  edges.push_back(last);
  return edges;
}

Windows::SlotSpan Windows::slot_span(Nanos ts) const {
  if (ts < begin()) return {{}, begin() - 1};
  if (ts >= end()) return {{}, kMax};
  const uint64_t rest = (static_cast<uint64_t>(ts) - static_cast<uint64_t>(edge_) - 1) % period_;
  const bool early = remainder_ != 0 && rest < remainder_;
  const uint64_t left = (early ? remainder_ : period_) - 1 - rest, all = static_cast<uint64_t>(end() - 1) - static_cast<uint64_t>(ts);
  return {slot(ts), static_cast<Nanos>(static_cast<uint64_t>(ts) + std::min(left, all))};
}

}  // namespace sleipnir::logql
