#include "storage/part/id_merge.h"

#include <algorithm>

#include "storage/format.h"

namespace sleipnir::storage {
namespace {

/// Entries in ascending order, some of them at hand.
class IdStream {
 public:
  explicit IdStream(std::span<const IdEntry> own) : at_(own.data()), end_(own.data() + own.size()) {}
  explicit IdStream(const IdSource& source) : source_(&source) {}

  bool finished() const { return at_ == end_; }
  const IdEntry& front() const { return *at_; }
  void drop() { ++at_; }

  /// Reads on where nothing is left at hand.
  Result<void> fill() {
    while (source_ && finished() && page_ < source_->part->directory().id_pages.size()) {
      entries_.clear();
      if (auto read = source_->part->read_ids(page_++, entries_); !read) return read;
      for (IdEntry& e : entries_) e.block = source_->numbers[e.block];
      std::erase_if(entries_, [](const IdEntry& e) { return e.block == IdSource::kDropped; });
      at_ = entries_.data();
      end_ = at_ + entries_.size();
    }
    return {};
  }

 private:
  const IdSource* source_ = nullptr;
  size_t page_ = 0;
  std::vector<IdEntry> entries_;
  const IdEntry *at_ = nullptr, *end_ = nullptr;
};

}  // namespace

Result<void> merge_ids(const std::vector<IdSource>& sources, std::span<const IdEntry> own, const std::function<Result<void>(const std::vector<IdEntry>&)>& put) {
  std::vector<IdStream> streams;
  streams.emplace_back(own);
  for (const IdSource& s : sources) streams.emplace_back(s);
  for (IdStream& s : streams)
    if (auto filled = s.fill(); !filled) return filled;
  const auto drop_finished = [&] { std::erase_if(streams, [](const IdStream& s) { return s.finished(); }); };
  drop_finished();
  std::vector<IdEntry> page;
  while (!streams.empty()) {
    IdStream& least = *std::min_element(streams.begin(), streams.end(), [](const IdStream& a, const IdStream& b) { return a.front() < b.front(); });
    page.push_back(least.front());
    least.drop();
    if (least.finished()) {
      if (auto filled = least.fill(); !filled) return filled;
      drop_finished();
    }
    if (page.size() < part::kIdPageEntries) continue;
    if (auto done = put(page); !done) return done;
    page.clear();
  }
  return page.empty() ? Result<void>() : put(page);
}

}  // namespace sleipnir::storage
