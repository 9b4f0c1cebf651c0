#include "storage/column/roll_up.h"

#include <algorithm>
#include <tuple>

#include "storage/bytes.h"
#include "storage/column/block_writer.h"
#include "storage/column/metadata_cut.h"
#include "storage/column/owned_column.h"
#include "storage/column/projected_sets.h"
#include "storage/column/zstd_bytes.h"

namespace sleipnir::storage {
namespace {

/// A sum must stand for this many rows on average, or reading rows is as good. Small blocks may do with less: a merge writes them anew.
constexpr size_t kLeastRows = 8;
constexpr size_t kFewSums = 256;
/// A name with more values in a block is left out where sums would be too many with it.
constexpr size_t kFewValues = 64;
constexpr size_t kMaxRollUpBytes = 64 << 20;
/// Beyond any that a timestamp falls into.
constexpr int64_t kMostUnit = 2 * (INT64_MAX / kMinute + 2);

struct Entry {
  uint32_t stream, set;
  RollUp::Sum of;
};

/// Entries by (stream, unit), at most one a set; empty where they would be too many.
/// `sets`: of the sets of rows, or of the rows themselves. `set_bytes`: of whole sets, names and values.
std::vector<Entry> entries_of(std::span<const BlockRow> rows, const ProjectedSets& sets, bool of_rows, std::span<const uint32_t> set_bytes) {
  const size_t most = std::max(kFewSums, rows.size() / kLeastRows);
  std::vector<Entry> entries;
  std::vector<uint32_t> latest(sets.size());  // the set's newest entry + 1
  size_t begin = 0;  // in `entries`, of the current stream and unit
  uint32_t number = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    const BlockRow& row = rows[i];
    const int64_t unit = unit_of(row.timestamp);
    const bool new_stream = i > 0 && row.stream != rows[i - 1].stream;
    number += new_stream;
    if (new_stream || entries.empty() || entries.back().of.unit != unit) begin = entries.size();
    const uint32_t set = sets.of(of_rows ? static_cast<uint32_t>(i) : row.set);
    if (latest[set] <= begin) {
      if (entries.size() == most) return {};
      entries.push_back({number, set, {unit, 0, 0, 0}});
      latest[set] = static_cast<uint32_t>(entries.size());
    }
    RollUp::Sum& of = entries[latest[set] - 1].of;
    ++of.rows;
    of.line_bytes += row.line.size();
    of.metadata_bytes += set_bytes[row.set];
  }
  return entries;
}

std::vector<uint32_t> bytes_of(std::span<const std::string> sets) {
  std::vector<uint32_t> bytes;
  for (const std::string& set : sets) {
    ByteReader in(set);
    read_coded_labels(in, bytes.emplace_back());
  }
  return bytes;
}

/// The names of metadata, ascending: those of at most kFewValues values, and the others.
struct Names {
  std::vector<std::string> few, many;
};
Names names_of(std::span<const std::string_view> sets) {
  std::map<std::string_view, std::set<std::string_view>> values;
  std::vector<std::pair<const std::string_view, std::set<std::string_view>>*> places;  // most sets have the names of the set before
  for (const std::string_view set : sets)
    each_coded_label(set, [&](size_t place, std::string_view name, std::string_view value) {
      if (place >= places.size()) places.resize(place + 1);
      if (!places[place] || places[place]->first != name) places[place] = &*values.try_emplace(name).first;
      if (auto& of_name = places[place]->second; of_name.size() <= kFewValues) of_name.insert(value);
    });
  Names names;
  for (const auto& [name, of_name] : values) (of_name.size() <= kFewValues ? names.few : names.many).emplace_back(name);
  return names;
}

/// The columns of at most kFewValues values, with a dictionary of the rows; the names of the others go to `many`.
std::vector<std::shared_ptr<const Column>> few_valued(MetadataColumns& columns, std::vector<ProjectedSets::OfName>& few, std::vector<std::string>& many) {
  std::vector<std::shared_ptr<const Column>> owned;
  for (uint32_t c = 0; c < columns.columns.size(); ++c) {
    auto& [name, values] = columns.columns[c];
    const auto coded = values.coded();
    if (!coded || coded->entries.size() > kFewValues) {
      many.emplace_back(name);
      continue;
    }
    auto column = std::make_shared<OwnedColumn>();
    column->own_dictionary.assign(coded->entries.begin(), coded->entries.end());
    const std::span<uint32_t> of_rows = column->own_codes.resize(columns.list_of_row.size());
    const std::vector<uint8_t> has = columns.lists_with(c);
    auto code = coded->codes.begin();
    for (size_t row = 0; row < of_rows.size(); ++row) of_rows[row] = has[columns.list_of_row[row]] ? *code++ : Column::kAbsent;
    owned.push_back(OwnedColumn::finish(std::move(column)));
    few.push_back({name, owned.back().get()});
  }
  return owned;
}

std::string encode(std::vector<Entry> entries, const ProjectedSets& sets, bool leaves_out) {
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
      if (leaves_out) put_varint(sums, sum.metadata_bytes);
    }
    put_varint(pairs, entries[from].stream);
    put_varint(pairs, entries[from].set);
    put_varint(pairs, to - from);
    ++count;
  }
  put_varint(raw, sets.size());
  for (uint32_t s = 0; s < sets.size(); ++s) put_bytes(raw, sets.coded(s));
  put_varint(raw, count);
  raw += pairs + sums;
  put_compressed(out, raw, 1);
  return out;
}

}  // namespace

UnitSpan span_of_unit(int64_t unit) {
  const auto time = [](int64_t even) { return static_cast<Nanos>(std::clamp<__int128>(__int128{even / 2} * kMinute, INT64_MIN, INT64_MAX)); };
  if (unit % 2 == 0) return {time(unit), time(unit)};
  const Nanos after = time(unit - 1), before = time(unit + 1);
  return {after == INT64_MIN ? after : after + 1, before == INT64_MAX ? before : before - 1};
}

WrittenRollUp write_roll_up(std::span<const BlockRow> rows, std::span<const std::string_view> sets, std::span<const uint32_t> set_bytes, MetadataColumns* columns) {
  const ProjectedSets all({sets.begin(), sets.end()}, nullptr);
  if (auto entries = entries_of(rows, all, false, set_bytes); !entries.empty()) return {encode(std::move(entries), all, false), {}};
  Names names;
  std::vector<ProjectedSets::OfName> few;
  std::vector<std::shared_ptr<const Column>> owned;
  if (columns) owned = few_valued(*columns, few, names.many);
  else names = names_of(sets);
  if (names.many.empty()) return {};
  const ProjectedSets some = columns ? ProjectedSets(few, rows.size()) : ProjectedSets({sets.begin(), sets.end()}, &names.few);
  auto entries = entries_of(rows, some, columns != nullptr, set_bytes);
  if (entries.empty()) return {};
  return {encode(std::move(entries), some, true), std::move(names.many)};
}

Result<RollUp> read_roll_up(std::string_view bytes, size_t streams, bool leaves_out) {
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
  const std::vector<uint32_t> set_bytes = bytes_of(out.sets);
  for (const RollUp::Pair& p : out.pairs) {
    uint64_t unit = 0;
    for (uint32_t i = p.begin; i < p.end; ++i) {
      unit = undo_zigzag_delta(in.varint(), unit);
      RollUp::Sum& sum = out.sums[i] = {static_cast<int64_t>(unit), in.varint(), in.varint(), 0};
      sum.metadata_bytes = leaves_out ? in.varint() : sum.rows * set_bytes[p.set];
      if (out.sums[i].unit > kMostUnit || out.sums[i].unit < -kMostUnit) return damaged;
    }
  }
  if (!in.finished()) return damaged;
  return out;
}

}  // namespace sleipnir::storage
