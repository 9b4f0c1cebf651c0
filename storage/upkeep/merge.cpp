#include "storage/upkeep/merge.h"

#include <algorithm>

#include "storage/scan/ordered_rows.h"

namespace sleipnir::storage {
namespace {

/// A block below this costs more in dictionaries and directories than rewriting it once does.
constexpr uint64_t kSmallRows = kBlockRows / 4;
/// An ordered scan holds all blocks that lie over one time.
constexpr size_t kMostOverlapping = 6;

struct Place {
  size_t source, block;
  BlockSpan span;
};

bool overlap(const BlockSpan& a, const BlockSpan& b) { return a.first <= b.last && b.first <= a.last; }

std::vector<Place> places_of(const MergePlan& plan) {
  std::vector<Place> places;
  for (size_t s = 0; s < plan.sources.size(); ++s) {
    const auto& spans = plan.sources[s].part->blocks();
    for (size_t b = 0; b < spans.size(); ++b) places.push_back({s, b, spans[b]});
  }
  std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) { return a.span.first < b.span.first; });
  return places;
}

RowSelection::FromRun only(const MergePlan::Source& source, size_t block) {
  RowSelection::FromRun from{source.part, nullptr, std::vector<uint8_t>(source.part->blocks().size())};
  from.blocks[block] = 1;
  return from;
}

/// Whether both hold an entry: then fewer rows come out than were looked at.
Result<bool> share_entry(const MergePlan& plan, const Place& a, const Place& b, const Cancellation& cancellation) {
  ScanStats stats;
  RowSelection selection;
  selection.runs = {only(plan.sources[a.source], a.block), only(plan.sources[b.source], b.block)};
  selection.first = std::max(a.span.first, b.span.first);
  selection.last = std::min(a.span.last, b.span.last);
  selection.cancellation = &cancellation;
  selection.stats = &stats;
  selection.lines = false;
  selection.cached = false;
  OrderedRows rows(std::move(selection));
  uint64_t out = 0;
  for (;;) {
    auto slice = rows.next(kSliceRows);
    if (!slice) return slice.error();
    if (slice->rows.empty()) return out < stats.rows;
    out += slice->rows.size();
  }
}

}  // namespace

Result<MergePlan> plan_merge(const Parts& sources, const Cancellation& cancellation) {
  MergePlan plan;
  for (const auto& part : sources) plan.sources.push_back({part, std::vector<uint8_t>(part->blocks().size())});
  const std::vector<Place> places = places_of(plan);
  const auto mark = [&](const Place& p) { plan.sources[p.source].rewrite[p.block] = 1; };
  const auto small = [](const Place& p) { return p.span.rows < kSmallRows; };
  if (std::count_if(places.begin(), places.end(), small) > 1) {
    for (const Place& p : places)
      if (small(p)) mark(p);
  }
  std::vector<Place> open;
  for (const Place& p : places) {
    std::erase_if(open, [&](const Place& o) { return o.span.last < p.span.first; });
    for (const Place& o : open) {
      if (o.source == p.source || !overlap(o.span, p.span) || (plan.sources[o.source].rewrite[o.block] && plan.sources[p.source].rewrite[p.block])) continue;
      auto shared = share_entry(plan, o, p, cancellation);
      if (!shared) return shared.error();
      if (*shared) {
        mark(o);
        mark(p);
      }
    }
    open.push_back(p);
    if (open.size() > kMostOverlapping)
      for (const Place& o : open) mark(o);
  }
  return plan;
}

Result<void> write_merged(const MergePlan& plan, const KeepRow& keep, PartWriter& writer, const Cancellation& cancellation) {
  for (const auto& [part, rewrite] : plan.sources) {
    if (std::all_of(rewrite.begin(), rewrite.end(), [](uint8_t r) { return r; })) continue;
    auto windows = part->windows(nullptr);
    if (!windows) return windows.error();
    size_t at = 0;
    for (size_t b = 0; b < rewrite.size(); ++b) {
      const size_t bytes = part->directory().blocks[b].window_bytes;
      if (!rewrite[b]) {
        if (auto checked = cancellation.check(); !checked) return checked;
        if (auto copied = writer.copy(part, b, std::string_view(*windows).substr(at, bytes)); !copied) return copied;
      }
      at += bytes;
    }
  }
  RowSelection selection;
  selection.cancellation = &cancellation;
  selection.cached = false;
  for (const auto& [part, rewrite] : plan.sources) selection.runs.push_back({part, nullptr, rewrite});
  return each_row(std::move(selection), [&](Block& block, uint32_t row) -> Result<void> {
    if (auto prepared = block.prepare_sets(); !prepared) return prepared;
    return !keep || keep(block, row) ? writer.add(block, row, PartWriter::Lines::kPass) : Result<void>();
  });
}

}  // namespace sleipnir::storage
