#include "storage/scan/ordered_rows.h"

#include <algorithm>

namespace sleipnir::storage {

namespace {

/// The blocks of a run as few sequences in which none overlaps the next.
std::vector<std::vector<size_t>> lanes_of(const RowSelection& selection, const RowSelection::FromRun& from) {
  std::vector<std::vector<size_t>> lanes;
  const auto& spans = from.run->blocks();
  for (size_t b = 0; b < spans.size(); ++b) {
    if (spans[b].last < selection.first || spans[b].first > selection.last) continue;
    if (!from.blocks.empty() && !from.blocks[b]) continue;
    if (from.streams && !from.run->block_may_hold(b, *from.streams)) continue;
    auto lane = std::find_if(lanes.begin(), lanes.end(), [&](const auto& l) { return spans[l.back()].last < spans[b].first; });
    if (lane == lanes.end()) lane = lanes.insert(lane, std::vector<size_t>());
    lane->push_back(b);
  }
  return lanes;
}

}  // namespace

/// Walks one lane in the direction of the scan. Its `key` is the next row's timestamp, or a bound of it while the block is not loaded,
/// mapped so that the direction's earlier is smaller.
class OrderedRows::Cursor {
 public:
  Cursor(const RowSelection& selection, const RowSelection::FromRun& from, std::vector<size_t> lane) : selection_(selection), from_(from), lane_(std::move(lane)) {
    if (forward()) std::reverse(lane_.begin(), lane_.end());
    filter_ = {.streams = from_.streams.get(), .first = selection_.first, .last = selection_.last, .within = from_.within.get(), .where = selection_.where.get(),
               .stats = selection_.stats, .cached = selection_.cached};
    next_block();
  }

  bool finished() const { return finished_; }
  bool loaded() const { return block_ != nullptr; }
  uint64_t key() const { return key_; }
  void forget_slice() { slot_ = kNoSlot; }

  /// Loads the block and picks its rows. Afterwards the key is exact, or the cursor stands at a later block that is not loaded.
  Result<void> load();
  /// Hands out rows while their key is below `bound` and the slice has fewer than `target`, up to the end of the loaded block.
  void take_below(uint64_t bound, RowSlice& slice, size_t target);
  /// Hands out all rows with this key, over block borders.
  Result<void> take_equal(uint64_t key, RowSlice& slice);

 private:
  static constexpr uint32_t kNoSlot = UINT32_MAX;

  bool forward() const { return selection_.direction == Direction::kForward; }
  uint64_t key_of(Nanos t) const {
    uint64_t k = static_cast<uint64_t>(t) ^ 1ull << 63;
    return forward() ? k : ~k;
  }
  /// The next one of block_, in the direction of the scan.
  size_t row() const { return forward() ? taken_ : block_->rows() - 1 - taken_; }
  void next_block();
  void take_one(RowSlice& slice);

  const RowSelection& selection_;
  const RowSelection::FromRun& from_;
  std::vector<size_t> lane_;  // the blocks to come, the next one at the back
  RowFilter filter_;
  size_t index_ = 0;  // of the block where the cursor stands
  std::shared_ptr<Block> block_;
  size_t taken_ = 0;  // rows of block_
  uint32_t slot_ = kNoSlot;  // of block_ in the slice being filled
  uint64_t key_ = 0;
  bool finished_ = false;
};

void OrderedRows::Cursor::next_block() {
  block_.reset();
  slot_ = kNoSlot;
  finished_ = lane_.empty();
  if (finished_) return;
  index_ = lane_.back();
  lane_.pop_back();
  const BlockSpan& span = from_.run->blocks()[index_];
  key_ = key_of(forward() ? std::max(span.first, selection_.first) : std::min(span.last, selection_.last));
}

Result<void> OrderedRows::Cursor::load() {
  if (selection_.cancellation) {
    if (auto checked = selection_.cancellation->check(); !checked) return checked;
  }
  auto block = from_.run->load(index_, filter_);
  if (!block) return block.error();
  if ((*block)->rows() == 0) {
    next_block();
    return {};
  }
  if (selection_.lines) {
    if (auto prepared = (*block)->prepare_lines(); !prepared) return prepared;
  }
  block_ = std::move(*block);
  taken_ = 0;
  key_ = key_of(block_->timestamps[row()]);
  return {};
}

void OrderedRows::Cursor::take_one(RowSlice& slice) {
  if (slot_ == kNoSlot) {
    slot_ = static_cast<uint32_t>(slice.blocks.size());
    slice.blocks.push_back(block_);
  }
  slice.rows.push_back({slot_, static_cast<uint32_t>(row())});
  if (++taken_ < block_->rows()) {
    key_ = key_of(block_->timestamps[row()]);
  } else {
    next_block();
  }
}

void OrderedRows::Cursor::take_below(uint64_t bound, RowSlice& slice, size_t target) {
  while (loaded() && key_ < bound && slice.rows.size() < target) take_one(slice);
}

Result<void> OrderedRows::Cursor::take_equal(uint64_t key, RowSlice& slice) {
  while (!finished_ && key_ == key) {
    if (!loaded()) {
      if (auto done = load(); !done) return done;
    } else {
      take_one(slice);
    }
  }
  return {};
}

OrderedRows::OrderedRows(RowSelection selection) : selection_(std::move(selection)) {
  for (const auto& from : selection_.runs)
    for (auto& lane : lanes_of(selection_, from)) pending_.push_back(std::make_unique<Cursor>(selection_, from, std::move(lane)));
  std::stable_sort(pending_.begin(), pending_.end(), [](const auto& a, const auto& b) { return a->key() > b->key(); });
}

OrderedRows::~OrderedRows() = default;

void OrderedRows::activate_pending() {
  std::erase_if(active_, [](const auto& c) { return c->finished(); });
  uint64_t least = UINT64_MAX;
  for (const auto& c : active_) least = std::min(least, c->key());
  while (!pending_.empty() && (active_.empty() || pending_.back()->key() <= least)) {
    least = std::min(least, pending_.back()->key());
    active_.push_back(std::move(pending_.back()));
    pending_.pop_back();
  }
}

Result<RowSlice> OrderedRows::next(size_t target) {
  RowSlice slice;
  for (auto& c : active_) c->forget_slice();
  if (auto filled = fill(slice, target); !filled) return filled.error();
  return slice;
}

Result<void> OrderedRows::fill(RowSlice& slice, size_t target) {
  while (slice.rows.size() < target) {
    activate_pending();
    if (active_.empty()) return {};
    Cursor* best = active_.front().get();
    for (auto& c : active_) {
      if (c->key() < best->key()) best = c.get();
    }
    if (!best->loaded()) {
      if (auto loaded = best->load(); !loaded) return loaded;
      continue;
    }
    // Pending cursors are all later than the best (activate_pending), they only bound how far it may run.
    bool tie = false;
    uint64_t bound = pending_.empty() ? UINT64_MAX : pending_.back()->key();
    for (auto& c : active_) {
      if (c.get() == best) continue;
      tie |= c->key() == best->key();
      bound = std::min(bound, c->key());
    }
    if (tie || best->key() == UINT64_MAX) {
      if (auto taken = take_ties(slice, best->key()); !taken) return taken;
    } else {
      best->take_below(bound, slice, target);
    }
  }
  return {};
}

Result<void> OrderedRows::take_ties(RowSlice& slice, uint64_t key) {
  size_t begin = slice.rows.size();
  for (auto& c : active_) {
    if (auto taken = c->take_equal(key, slice); !taken) return taken;
  }
  using Ref = RowSlice::Ref;
  auto block = [&](Ref r) -> Block& { return *slice.blocks[r.block]; };
  auto arrival = [&](Ref r) { return block(r).arrivals[r.row]; };
  auto set = [&](Ref r) { return block(r).set(r.row); };
  auto stream = [&](Ref r) { return block(r).streams[r.row]->id; };
  auto line = [&](Ref r) { return block(r).line(r.row); };
  auto length = [&](Ref r) { return block(r).line_lengths[r.row]; };

  for (const Ref& r : std::span(slice.rows).subspan(begin)) {
    if (auto prepared = block(r).prepare_arrivals(); !prepared) return prepared;
    if (auto prepared = block(r).prepare_sets(); !prepared) return prepared;
  }
  // Candidates for equality side by side, the first to arrive in front; lines are looked at only where everything else is equal.
  std::vector<Ref> rows(slice.rows.begin() + begin, slice.rows.end());
  std::sort(rows.begin(), rows.end(), [&](Ref a, Ref b) {
    if (stream(a) != stream(b)) return stream(a) < stream(b);
    if (length(a) != length(b)) return length(a) < length(b);
    if (int order = set(a).compare(set(b)); order != 0) return order < 0;
    return arrival(a) < arrival(b);
  });
  auto candidates = [&](Ref a, Ref b) { return stream(a) == stream(b) && length(a) == length(b) && set(a) == set(b); };
  std::vector<Ref> unique;
  for (auto begin = rows.begin(), end = begin; begin != rows.end(); begin = end) {
    bool several_blocks = false;
    for (end = begin + 1; end != rows.end() && candidates(*begin, *end); end++) several_blocks |= end->block != begin->block;
    if (several_blocks) {
      for (auto r = begin; r != end; r++) {
        if (auto loaded = block(*r).prepare_lines(); !loaded) return loaded;
      }
      std::stable_sort(begin, end, [&](Ref a, Ref b) { return line(a) < line(b); });
    }
    for (auto r = begin; r != end; r++) {
      if (!several_blocks || r == begin || line(*r) != line(*(r - 1))) unique.push_back(*r);
    }
  }
  std::sort(unique.begin(), unique.end(), [&](Ref a, Ref b) { return arrival(a) < arrival(b); });
  if (selection_.direction == Direction::kBackward) std::reverse(unique.begin(), unique.end());
  slice.rows.resize(begin);
  slice.rows.insert(slice.rows.end(), unique.begin(), unique.end());
  return {};
}

}  // namespace sleipnir::storage
