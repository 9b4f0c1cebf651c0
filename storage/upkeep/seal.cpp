#include "storage/upkeep/seal.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "storage/upkeep/merge.h"
#include "storage/scan/ordered_rows.h"

namespace sleipnir::storage {
namespace {

/// Beyond this, entries of one head are spread so widely that a part a day would mean very many very small files.
constexpr size_t kMostDays = 4;
constexpr std::string_view kMixed = "mixed";

int64_t day_of(Nanos t) { return t / kDay - (t % kDay < 0 ? 1 : 0); }

std::string day_name(int64_t day) {
  CivilTime c = civil_utc(day < INT64_MIN / kDay ? INT64_MIN : day * kDay);
  return fmt::format("{:04}-{:02}-{:02}", c.year, c.month, c.day);
}

Result<bool> spans_many_days(const Runs& runs) {
  Nanos first = INT64_MAX, last = INT64_MIN;
  for (const auto& run : runs) {
    first = std::min(first, run->first());
    last = std::max(last, run->last());
  }
  if (runs.empty() || day_of(last) - day_of(first) < static_cast<int64_t>(kMostDays)) return false;
  std::vector<int64_t> days;
  for (const auto& run : runs) {
    for (size_t b = 0; b < run->blocks().size(); b++) {
      auto block = run->load(b, {});
      if (!block) return block.error();
      for (Nanos t : (*block)->timestamps) {
        int64_t day = day_of(t);
        if (std::find(days.begin(), days.end(), day) != days.end()) continue;
        days.push_back(day);
        if (days.size() > kMostDays) return true;
      }
    }
  }
  return false;
}

/// So that blocks come out equal: a small one at the end would be written anew by the next merge.
size_t block_rows_of(const Runs& runs) {
  StreamSpan all;
  for (const auto& run : runs)
    for (const StreamSpan& of : run->streams()) all.add(of);
  const uint64_t blocks = std::max((all.rows + kBlockRows - 1) / kBlockRows, all.line_bytes / (kBlockLineBytes / 8 * 7) + 1);
  return std::max<uint64_t>(1, (all.rows + blocks - 1) / blocks);
}

RowSelection all_rows(const Runs& runs) {
  RowSelection selection;
  for (const auto& run : runs) selection.runs.push_back({run, nullptr});
  return selection;
}

Result<Parts> publish(std::vector<PartWriter>& writers, const PartFolder& folder) {
  for (PartWriter& w : writers) {
    if (auto finished = w.finish(); !finished) return finished.error();
  }
  for (PartWriter& w : writers) {
    if (auto published = w.publish(); !published) return published.error();
  }
  if (auto synced = sync_directory(folder.path); !synced) return synced.error();
  Parts parts;
  for (PartWriter& w : writers) {
    auto part = Part::open(w.path(), folder.index);
    if (!part) return part.error();
    parts.push_back(std::move(*part));
  }
  return parts;
}

Result<Parts> publish_or_abandon(std::vector<PartWriter>& writers, const PartFolder& folder, const Result<void>& written) {
  Result<Parts> parts = written ? publish(writers, folder) : Result<Parts>(written.error());
  if (!parts) {
    for (PartWriter& w : writers) w.abandon();
  }
  return parts;
}

}  // namespace

Result<Parts> seal_runs(const Runs& runs, const PartFolder& folder) {
  auto mixed = spans_many_days(runs);
  if (!mixed) return mixed.error();
  const size_t block_rows = block_rows_of(runs);
  std::vector<PartWriter> writers;
  int64_t day = 0;
  auto written = each_row(all_rows(runs), [&](Block& block, size_t row) -> Result<void> {
    int64_t row_day = day_of(block.timestamps[row]);
    if (writers.empty() || (!*mixed && row_day != day)) {
      auto writer = PartWriter::create(folder.path, {folder.next_id(), *mixed ? std::string(kMixed) : day_name(row_day)}, {}, block_rows);
      if (!writer) return writer.error();
      writers.push_back(std::move(*writer));
      day = row_day;
    }
    return writers.back().add(block, row, PartWriter::Lines::kLast);  // they lie in the head
  });
  return publish_or_abandon(writers, folder, written);
}

namespace {

using Write = std::function<Result<void>(PartWriter&)>;

/// One new part in place of the sources.
Result<std::shared_ptr<Part>> replace_parts(const Parts& sources, const PartFolder& folder, const Write& write) {
  std::vector<uint64_t> replaces;
  for (const auto& source : sources) {
    replaces.push_back(source->name().id);
    // A part that a source replaced may still be there for a reader's sake; a start must not find it alone.
    for (uint64_t id : source->replaces()) {
      if (std::filesystem::exists(folder.path / PartName{id, source->name().partition}.file_name())) replaces.push_back(id);
    }
  }
  auto writer = PartWriter::create(folder.path, {folder.next_id(), sources.front()->name().partition}, std::move(replaces));
  if (!writer) return writer.error();
  std::vector<PartWriter> writers;
  writers.push_back(std::move(*writer));
  auto parts = publish_or_abandon(writers, folder, write(writers[0]));
  if (!parts) return parts.error();
  return parts->front();
}

}  // namespace

Result<std::shared_ptr<Part>> merge_parts(const Parts& sources, const PartFolder& folder, const Cancellation& cancellation) {
  return replace_parts(sources, folder, [&](PartWriter& writer) -> Result<void> {
    auto plan = plan_merge(sources, cancellation);
    return plan ? write_merged(*plan, nullptr, writer, cancellation) : Result<void>(plan.error());
  });
}

Result<std::shared_ptr<Part>> rewrite_part(const std::shared_ptr<Part>& part, std::vector<uint8_t> rewrite, const KeepRow& keep, const PartFolder& folder,
                                           const Cancellation& cancellation) {
  MergePlan plan;
  plan.sources.push_back({part, std::move(rewrite)});
  return replace_parts({part}, folder, [&](PartWriter& writer) { return write_merged(plan, keep, writer, cancellation); });
}

}  // namespace sleipnir::storage
