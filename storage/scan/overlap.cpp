#include "storage/scan/overlap.h"

#include <algorithm>
#include <numeric>

namespace sleipnir::storage {
namespace {

/// Calls `visit(a, b)` for the spans of streams that both runs hold at a common time.
template <class Visit>
void each_shared(const std::vector<StreamSpan>& a, const std::vector<StreamSpan>& b, Visit visit) {
  if (a.size() > b.size()) return each_shared(b, a, visit);
  // The longer list is searched, not walked, where it is much longer.
  const bool search = b.size() > 16 * a.size();
  auto from = b.begin();
  for (const StreamSpan& span : a) {
    const auto before = [](const StreamSpan& s, uint64_t id) { return s.stream->id < id; };
    if (search) from = std::lower_bound(from, b.end(), span.stream->id, before);
    else while (from != b.end() && before(*from, span.stream->id)) ++from;
    if (from == b.end()) return;
    if (from->stream == span.stream && from->first <= span.last && span.first <= from->last) visit(span, *from);
  }
}

}  // namespace

void StreamTimes::finish() {
  std::sort(spans_.begin(), spans_.end(), [](const OfStream& a, const OfStream& b) { return a.stream != b.stream ? a.stream < b.stream : a.range.first < b.range.first; });
  size_t kept = 0;
  for (size_t i = 1; i < spans_.size(); ++i) {
    OfStream& last = spans_[kept];
    if (spans_[i].stream == last.stream && spans_[i].range.first <= last.range.last) last.range.last = std::max(last.range.last, spans_[i].range.last);
    else spans_[++kept] = spans_[i];
  }
  if (spans_.empty()) return;
  spans_.resize(kept + 1);
  hull_ = spans_.front().range;
  for (const OfStream& s : spans_) {
    ranges_.push_back(s.range);
    hull_ = {std::min(hull_.first, s.range.first), std::max(hull_.last, s.range.last)};
  }
}

std::span<const TimeRange> StreamTimes::of(uint64_t stream) const {
  const auto low = std::lower_bound(spans_.begin(), spans_.end(), stream, [](const OfStream& s, uint64_t id) { return s.stream < id; });
  auto high = low;
  while (high != spans_.end() && high->stream == stream) ++high;
  return std::span(ranges_).subspan(static_cast<size_t>(low - spans_.begin()), static_cast<size_t>(high - low));
}

bool StreamTimes::holds(uint64_t stream, Nanos time) const {
  const auto times = of(stream);
  return std::any_of(times.begin(), times.end(), [&](const TimeRange& t) { return t.first <= time && time <= t.last; });
}

StreamSet StreamTimes::streams() const {
  StreamSet set;
  for (const OfStream& s : spans_) set.add(s.stream);
  return set;
}

std::vector<StreamTimes> contested(const Runs& runs, const StreamSet& streams, Nanos first, Nanos last) {
  std::vector<StreamTimes> out(runs.size());
  std::vector<size_t> by_time(runs.size());
  std::vector<TimeRange> spans;
  for (const auto& run : runs) spans.push_back({std::max(first, run->first()), std::min(last, run->last())});
  std::iota(by_time.begin(), by_time.end(), 0);
  std::sort(by_time.begin(), by_time.end(), [&](size_t a, size_t b) { return spans[a].first < spans[b].first; });
  std::vector<size_t> open;
  for (const size_t b : by_time) {
    std::erase_if(open, [&](size_t a) { return spans[a].last < spans[b].first; });
    if (spans[b].first > spans[b].last) continue;
    for (const size_t a : open) {
      if (runs[a]->unsealed() && runs[b]->unsealed()) continue;
      each_shared(runs[a]->streams(), runs[b]->streams(), [&](const StreamSpan& x, const StreamSpan& y) {
        const TimeRange both{std::max({x.first, y.first, first}), std::min({x.last, y.last, last})};
        if (both.first > both.last || !streams.contains(x.stream->id)) return;
        out[a].add(x.stream->id, both);
        out[b].add(x.stream->id, both);
      });
    }
    open.push_back(b);
  }
  for (StreamTimes& times : out) times.finish();
  return out;
}

}  // namespace sleipnir::storage
