#include "storage/column/row_codes.h"

#include <algorithm>

#include "storage/bytes.h"
#include "storage/column/block_format.h"
#include "storage/column/zstd_bytes.h"

namespace sleipnir::storage {
namespace {

constexpr size_t kMaxCodesBytes = kBlockRows * 4 + 8;

}  // namespace

std::optional<RowCodes> RowCodes::read(std::string_view bytes, uint32_t rows, uint64_t limit) {
  RowCodes codes;
  if (bytes.empty()) return limit ? std::optional(std::move(codes)) : std::nullopt;
  ByteReader in(bytes);
  const uint64_t base = in.varint();
  const unsigned width = in.fixed<uint8_t>();
  std::string_view rest = in.rest();
  auto packed = get_compressed(rest, kMaxCodesBytes);
  if (!in.ok() || !packed || base > UINT32_MAX || width > 32 || packed->size() != packed_bytes(rows, width)) return std::nullopt;
  codes.base_ = static_cast<uint32_t>(base);
  codes.width_ = width;
  codes.packed_ = std::move(*packed);
  codes.packed_.append(PackedBits::kPadding, '\0');
  if (base >= limit || !all_below(PackedBits(codes.packed_.data(), width), rows, limit - base)) return std::nullopt;
  return codes;
}

void RowCodes::unpack(size_t first, std::span<uint32_t> out) const {
  PackedBits(packed_.data(), width_).unpack(first, out);
  if (base_)
    for (uint32_t& c : out) c += base_;
}

std::optional<RowTimes> RowTimes::read(std::string bytes, size_t length, uint32_t rows) {
  RowTimes times;
  times.bytes_ = std::make_unique<const std::string>(std::move(bytes));
  times.packed_ = std::string_view(*times.bytes_).substr(0, length);
  const size_t runs = (rows + kTimeRun - 1) / kTimeRun;
  const auto heads = get_compressed(times.packed_, runs * TimeRun::kHeadBytes);
  if (!heads || heads->size() != runs * TimeRun::kHeadBytes) return std::nullopt;
  for (size_t r = 0; r < runs; ++r) {
    TimeRun& run = times.runs_.emplace_back();
    const uint64_t n = std::min<uint64_t>(kTimeRun, rows - r * kTimeRun);
    if (!TimeRun::read(std::string_view(*heads).substr(r * TimeRun::kHeadBytes, TimeRun::kHeadBytes), run) || run.offset + packed_bytes(n, run.width) > times.packed_.size()) return std::nullopt;
  }
  return times;
}

void RowTimes::unpack(size_t first, std::span<Nanos> out) const {
  uint64_t deltas[kTimeRun];
  for (size_t done = 0; done < out.size();) {
    const size_t row = first + done, in_run = row % kTimeRun, n = std::min(kTimeRun - in_run, out.size() - done);
    const TimeRun& run = runs_[row / kTimeRun];
    // The first difference is that to the run's own base.
    PackedBits(packed_.data() + run.offset, run.width).unpack(0, std::span(deltas).first(in_run + n));
    uint64_t grains = 0;  // since the run's base
    const auto grain = static_cast<uint64_t>(kTimeGrains[run.grain]);
    for (size_t i = 0; i < in_run; ++i) grains = undo_zigzag_delta(deltas[i], grains);
    for (size_t i = 0; i < n; ++i) out[done + i] = static_cast<Nanos>(run.first + grain * (grains = undo_zigzag_delta(deltas[in_run + i], grains)));
    done += n;
  }
}

Nanos RowTimes::operator[](uint32_t row) const {
  Nanos time;
  unpack(row, {&time, 1});
  return time;
}

uint32_t RowTimes::first_after(RowRange rows, Nanos time) const {
  if (rows.begin == rows.end) return rows.end;
  // Heads of the runs that begin within the rows ascend with them.
  const auto begin = runs_.begin() + rows.begin / kTimeRun + 1, end = runs_.begin() + (rows.end - 1) / kTimeRun + 1;
  const auto later = std::upper_bound(begin, end, time, [](Nanos t, const TimeRun& run) { return t < static_cast<Nanos>(run.first); });
  const auto run = static_cast<uint32_t>(later - runs_.begin()) - 1;
  const uint32_t from = std::max(rows.begin, run * kTimeRun), to = std::min(rows.end, (run + 1) * kTimeRun);
  Nanos times[kTimeRun];
  const auto of_run = std::span(times).first(to - from);
  unpack(from, of_run);
  return from + static_cast<uint32_t>(std::upper_bound(of_run.begin(), of_run.end(), time) - of_run.begin());
}

uint32_t RowRanks::finish() {
  for (size_t w = 0; w < words_.size(); ++w) {
    before_[w] = count_;
    count_ += static_cast<uint32_t>(std::popcount(words_[w]));
  }
  return count_;
}

}  // namespace sleipnir::storage
