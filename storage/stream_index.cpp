#include "storage/stream_index.h"

#include <mutex>

namespace sleipnir::storage {

namespace {
/// Bytes of values between two looks at a deadline: a slow expression takes some ten microseconds for 256.
constexpr size_t kPollBytes = 1 << 16;
constexpr size_t kBytesOfCall = 64;
}  // namespace

const Stream* StreamIndex::find(const LabelSet& labels) const {
  std::shared_lock lock(mutex_);
  auto it = by_labels_.find(labels);
  return it == by_labels_.end() ? nullptr : *it;
}

const Stream* StreamIndex::resolve(const LabelSet& labels, uint64_t max_streams) {
  if (const Stream* known = find(labels)) return known;
  std::unique_lock lock(mutex_);
  if (auto it = by_labels_.find(labels); it != by_labels_.end()) return *it;
  if (max_streams && streams_.size() >= max_streams) return nullptr;
  Stream& stream = streams_.emplace_back(Stream{streams_.size(), labels});
  by_labels_.insert(&stream);
  for (const Label& l : labels) values_[l.name][l.value].push_back(static_cast<uint32_t>(stream.id));
  return &stream;
}

Result<StreamSet> StreamIndex::with_value(const Matcher& matcher, bool wanted, const Cancellation* cancellation) const {
  StreamSet found;
  auto label = values_.find(matcher.name());
  if (label == values_.end()) return found;
  auto add = [&](const Postings& postings) {
    for (uint32_t id : postings) found.add(id);
  };
  const bool listed = (matcher.op() == MatchOp::kEqual || matcher.op() == MatchOp::kRegex) == wanted;
  if (const auto texts = listed ? matcher.texts() : std::nullopt) {
    for (const std::string& text : *texts)
      if (auto value = label->second.find(text); value != label->second.end()) add(value->second);
    return found;
  }
  size_t searched = 0;
  for (const auto& [value, postings] : label->second) {
    searched += value.size() + kBytesOfCall;
    if (searched >= kPollBytes) {
      searched = 0;
      if (auto checked = cancellation ? cancellation->check() : RegexPatience::check(); !checked) return checked.error();
    }
    if (matcher.matches(value) == wanted) add(postings);
  }
  return found;
}

Result<StreamSet> StreamIndex::match(const std::vector<Matcher>& matchers, const Cancellation* cancellation) const {
  std::shared_lock lock(mutex_);
  StreamSet result = StreamSet::all(streams_.size());
  for (const Matcher& m : matchers) {
    // A stream without the label has the value "": where that matches, only streams with a value that does not match are out.
    const bool holds_without = m.matches_empty();
    const auto found = with_value(m, !holds_without, cancellation);
    if (!found) return found.error();
    if (holds_without) result.subtract(*found);
    else result.intersect(*found);
  }
  return result;
}

std::vector<const Stream*> StreamIndex::streams(const StreamSet& ids) const {
  std::shared_lock lock(mutex_);
  std::vector<const Stream*> result;
  ids.for_each([&](uint64_t id) { result.push_back(&streams_[id]); });
  return result;
}

uint64_t StreamIndex::size() const {
  std::shared_lock lock(mutex_);
  return streams_.size();
}

}  // namespace sleipnir::storage
