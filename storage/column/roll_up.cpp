#include "storage/column/roll_up.h"

#include <algorithm>
#include <tuple>

#include "storage/bytes.h"
#include "storage/column/block_writer.h"
#include "storage/column/zstd_bytes.h"

namespace sleipnir::storage {
namespace {

/// A sum must stand for this many rows on average, or reading rows is as good. Small blocks may do with less: a merge writes them anew.
constexpr size_t kLeastRows = 8;
constexpr size_t kFewSums = 256;
constexpr size_t kMaxRollUpBytes = 64 << 20;
/// Beyond any that a timestamp falls into.
constexpr int64_t kMostUnit = 2 * (INT64_MAX / kMinute + 2);

struct Entry {
  uint32_t stream, set;
  RollUp::Sum of;
};

/// Entries by (stream, unit), at most one a set; empty where there are more than `most`.
std::vector<Entry> entries_of(std::span<const BlockRow> rows, size_t sets, size_t most) {
  std::vector<Entry> entries;
  std::vector<uint32_t> latest(sets);  // the set's newest entry + 1
  size_t begin = 0;  // in `entries`, of the current stream and unit
  uint32_t number = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    const BlockRow& row = rows[i];
    const int64_t unit = unit_of(row.timestamp);
    const bool new_stream = i > 0 && row.stream != rows[i - 1].stream;
    number += new_stream;
    if (new_stream || entries.empty() || entries.back().of.unit != unit) begin = entries.size();
    if (latest[row.set] <= begin) {
      if (entries.size() == most) return {};
      entries.push_back({number, row.set, {unit, 0, 0}});
      latest[row.set] = static_cast<uint32_t>(entries.size());
    }
    RollUp::Sum& of = entries[latest[row.set] - 1].of;
    ++of.rows;
    of.line_bytes += row.line.size();
  }
  return entries;
}

}  // namespace

UnitSpan span_of_unit(int64_t unit) {
  const auto time = [](int64_t even) { return static_cast<Nanos>(std::clamp<__int128>(__int128{even / 2} * kMinute, INT64_MIN, INT64_MAX)); };
  if (unit % 2 == 0) return {time(unit), time(unit)};
  const Nanos after = time(unit - 1), before = time(unit + 1);
  return {after == INT64_MIN ? after : after + 1, before == INT64_MAX ? before : before - 1};
}

std::string write_roll_up(std::span<const BlockRow> rows, std::span<const std::string> sets) {
  std::vector<Entry> entries = entries_of(rows, sets.size(), std::max(kFewSums, rows.size() / kLeastRows));
  if (entries.empty()) return {};
  const auto pair = [](const Entry& e) { return std::tie(e.stream, e.set); };
  std::stable_sort(entries.begin(), entries.end(), [&](const Entry& a, const Entry& b) { return pair(a) < pair(b); });
  std::string pairs, sums, raw, out;
  uint64_t count = 0;
  for (size_t from = 0, to = 0; from < entries.size(); from = to) {
    int64_t previous = 0;
    for (; to < entries.size() && pair(entries[to]) == pair(entries[from]); ++to) {
      const RollUp::Sum& sum = entries[to].of;
      put_varint(sums, zigzag_delta(static_cast<uint64_t>(sum.unit), static_cast<uint64_t>(std::exchange(previous, sum.unit))));
      put_varint(sums, sum.rows);
      put_varint(sums, sum.line_bytes);
    }
    put_varint(pairs, entries[from].stream);
    put_varint(pairs, entries[from].set);
    put_varint(pairs, to - from);
    ++count;
  }
  put_varint(raw, sets.size());
  for (const std::string& s : sets) put_bytes(raw, s);
  put_varint(raw, count);
  raw += pairs + sums;
  put_compressed(out, raw, 1);
  return out;
}

Result<RollUp> read_roll_up(std::string_view bytes, size_t streams) {
  const Error damaged{ErrorKind::kCorrupt, "roll-up is damaged"};
  const auto raw = get_compressed(bytes, kMaxRollUpBytes);
  if (!raw || !bytes.empty()) return damaged;
  ByteReader in(*raw);
  RollUp out;
  out.sets.resize(in.count());
  for (std::string& s : out.sets) s = in.bytes();
  out.pairs.resize(in.count(3));
  uint64_t sums = 0;
  for (RollUp::Pair& p : out.pairs) {
    const uint64_t stream = in.varint(), set = in.varint(), count = in.varint();
    if (!in.ok() || stream >= streams || set >= out.sets.size() || count > in.left() / 3) return damaged;
    p = {static_cast<uint32_t>(stream), static_cast<uint32_t>(set), static_cast<uint32_t>(sums), static_cast<uint32_t>(sums + count)};
    sums += count;
  }
  if (sums > in.left() / 3) return damaged;
  out.sums.resize(sums);
  for (const RollUp::Pair& p : out.pairs) {
    uint64_t unit = 0;
    for (uint32_t i = p.begin; i < p.end; ++i) {
      unit = undo_zigzag_delta(in.varint(), unit);
      out.sums[i] = {static_cast<int64_t>(unit), in.varint(), in.varint()};
      if (out.sums[i].unit > kMostUnit || out.sums[i].unit < -kMostUnit) return damaged;
    }
  }
  if (!in.finished()) return damaged;
  return out;
}

}  // namespace sleipnir::storage
