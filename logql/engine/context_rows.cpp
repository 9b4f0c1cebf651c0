#include "logql/engine/context_rows.h"

namespace sleipnir::logql {

void ContextRows::add(const Stream* stream, OwnedRow row, bool match) {
  OfStream& of = streams_[stream];
  uint64_t number = first_ + queue_.size();
  State state = State::kWaiting;
  if (match) {
    for (uint64_t earlier : of.undecided) at(earlier).state = State::kIn;
    of.undecided.clear();
    of.wanted = behind_;
    state = State::kIn;
  } else if (of.wanted > 0) {
    --of.wanted;
    state = State::kIn;
  } else {
    of.undecided.push_back(number);
  }
  row.own_line();
  bytes_ += row.bytes();
  queue_.push_back({std::move(row), state});
  if (of.undecided.size() > ahead_) {
    at(of.undecided.front()).state = State::kOut;
    of.undecided.pop_front();
  }
}

std::unique_ptr<OwnedRow> ContextRows::next(bool at_end) {
  while (!queue_.empty()) {
    State state = queue_.front().state;
    if (state == State::kWaiting && !at_end) return nullptr;
    auto row = std::make_unique<OwnedRow>(std::move(queue_.front().row));
    queue_.pop_front();
    ++first_;
    bytes_ -= row->bytes();
    if (state == State::kIn) return row;
  }
  return nullptr;
}

}  // namespace sleipnir::logql
