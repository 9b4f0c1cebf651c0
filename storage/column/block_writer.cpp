#include "storage/column/block_writer.h"

#include <algorithm>
#include <cassert>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "storage/bytes.h"
#include "storage/column/bits.h"
#include "storage/column/field_values.h"
#include "storage/column/hex_column.h"
#include "storage/column/metadata_cut.h"
#include "storage/column/prefetch.h"
#include "storage/column/radix_sort.h"
#include "storage/column/text_cut.h"
#include "storage/column/time_runs.h"
#include "storage/column/zstd_bytes.h"
#include "storage/format.h"

namespace sleipnir::storage {
namespace {

/// Of the rows of a block one in so many is cut before room is made for the values of all.
constexpr size_t kSample = 16;

/// Rows ahead of the one being cut whose lines are fetched into the cache: they lie in the order of arrival, not of streams.
constexpr size_t kPrefetchRows = 4, kPrefetchBytes = 1024;

class BlockWriter {
 public:
  BlockWriter(std::vector<BlockRow> rows, std::span<const std::string_view> sets) : rows_(std::move(rows)), sets_(sets) {
    assert(rows_.size() <= kBlockRows);
    sort_rows();
    set_bytes_.reserve(sets.size());
    for (const std::string_view s : sets) {
      ByteReader in(s);
      read_coded_labels(in, set_bytes_.emplace_back());
    }
    metadata_ = cut_metadata(rows_, sets);
  }

  WrittenBlock run() {
    out_.meta.rows = static_cast<uint32_t>(rows_.size());
    cut_lines();
    summary_.emplace(table_.fields());
    directory();
    times();
    codes(out_.meta.shape_codes, shape_codes_);
    metadata();
    codes(out_.meta.lengths, each_row([](const BlockRow& r) { return static_cast<uint32_t>(r.line.size()); }));
    fields();
    raw_lines();
    out_.meta.shapes = table_.shapes();
    for (const Shape& s : out_.meta.shapes) summary_->add_shape(s);
    out_.summary = summary_->finish();
    out_.roll_up = write_roll_up(rows_, sets_, set_bytes_, metadata_ ? &*metadata_ : nullptr);
    return std::move(out_);
  }

 private:
  /// Rows mostly come in the order of time: then it is enough to deal them out by stream.
  void sort_rows() {
    const auto earlier = [](const BlockRow& a, const BlockRow& b) { return std::tie(a.timestamp, a.arrival) < std::tie(b.timestamp, b.arrival); };
    if (!std::is_sorted(rows_.begin(), rows_.end(), earlier)) std::sort(rows_.begin(), rows_.end(), earlier);
    radix_sort(rows_, [](const BlockRow& r) { return r.stream; });
  }

  void cut_lines() {
    shape_codes_.resize(rows_.size());
    std::vector<std::string_view> values;
    uint32_t predicted = ShapeTable::kRaw;
    TextTemplates text;
    for (size_t i = 0; i < rows_.size(); ++i) {
      if (i + kPrefetchRows < rows_.size()) prefetch(rows_[i + kPrefetchRows].line, kPrefetchBytes);
      if (i == rows_.size() / kSample) reserve_fields();
      const uint32_t shape = table_.cut(rows_[i].line, predicted, values);
      shape_codes_[i] = shape;
      if (shape == ShapeTable::kRaw) {
        text.add(rows_[i].line);
        continue;
      }
      predicted = shape;
      add_values(shape, values);
    }
    cut_text(text);
    const auto raw_code = static_cast<uint32_t>(table_.shapes().size());
    for (size_t i = 0; i < rows_.size(); ++i) {
      if (shape_codes_[i] != ShapeTable::kRaw) continue;
      shape_codes_[i] = raw_code;
      raw_.push_back(rows_[i].line);
    }
    out_.meta.raw_rows = static_cast<uint32_t>(raw_.size());
  }

  /// The rows so far stand for the others: what grows step by step is copied as often.
  void reserve_fields() {
    for (FieldValues& f : fields_) f.reserve(std::min(rows_.size(), f.size() * (kSample + 1)));
  }

  /// Lines that are neither JSON nor logfmt. Their fields are none of the others', so that it does not matter that they come after them.
  void cut_text(TextTemplates& text) {
    text.choose(ShapeTable::kMaxShapes - table_.shapes().size());
    std::vector<std::string_view> values;
    for (size_t i = 0, n = 0; i < rows_.size(); ++i) {
      if (i + kPrefetchRows < rows_.size()) prefetch(rows_[i + kPrefetchRows].line, kPrefetchBytes);
      if (shape_codes_[i] != ShapeTable::kRaw) continue;
      shape_codes_[i] = text.cut(n++, table_, values);
      if (shape_codes_[i] != ShapeTable::kRaw) add_values(shape_codes_[i], values);
    }
  }

  void add_values(uint32_t shape, std::span<const std::string_view> values) {
    const Slot* slot = table_.shapes()[shape].slots.data();
    if (fields_.size() < table_.fields().size()) fields_.resize(table_.fields().size());
    for (const std::string_view value : values) fields_[slot++->field].add(value);
  }

  void directory() {
    auto& streams = out_.meta.streams;
    for (const BlockRow& r : rows_) {
      if (streams.empty() || out_.streams.back() != r.stream) {
        streams.push_back({0, r.timestamp, r.timestamp});
        out_.streams.push_back(r.stream);
      }
      StreamRows& s = streams.back();
      ++s.rows;
      s.last = r.timestamp;
      s.line_bytes += r.line.size();
      s.metadata_bytes += set_bytes_[r.set];
    }
  }

  /// Arrivals stand apart: a client sends rows of a stream together, so that most differences are 1.
  void times() {
    std::string heads, bits, arrivals;
    uint64_t arrived = 0;
    for (const BlockRow& r : rows_) put_varint(arrivals, zigzag_delta(r.arrival, std::exchange(arrived, r.arrival)));
    Nanos run[kTimeRun];
    for (size_t from = 0; from < rows_.size(); from += kTimeRun) {
      const size_t n = std::min<size_t>(kTimeRun, rows_.size() - from);
      for (size_t i = 0; i < n; ++i) run[i] = rows_[from + i].timestamp;
      put_time_run(heads, bits, std::span(run).first(n));
    }
    std::string chunk, packed;
    put_compressed(chunk, heads);
    chunk += bits;
    put(out_.meta.times, chunk);
    put_compressed(packed, arrivals);
    put(out_.meta.arrivals, packed);
  }

  template <class Of>
  std::vector<uint32_t> each_row(Of of) const {
    std::vector<uint32_t> out;
    out.reserve(rows_.size());
    for (const BlockRow& r : rows_) out.push_back(of(r));
    return out;
  }

  /// varint base, u8 width, compressed packed differences to the base; nothing where all are 0.
  void codes(Chunk& chunk, std::vector<uint32_t> values) {
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    const uint32_t base = *low;
    if (*high == 0) return;
    const unsigned width = bits_for(*high - base);
    for (uint32_t& v : values) v -= base;
    std::string packed, bytes;
    put_varint(bytes, base);
    bytes += static_cast<char>(width);
    pack_bits(packed, std::span<const uint32_t>(values), width);
    put_compressed(bytes, packed, 1);
    put(chunk, bytes);
  }

  /// Sets, or which names each row has; their values are fields.
  void metadata() {
    if (!metadata_) {
      out_.meta.sets.assign(sets_.begin(), sets_.end());
      summary_->add_metadata(sets_);
      codes(out_.meta.set_codes, each_row([](const BlockRow& r) { return r.set; }));
      return;
    }
    const auto before = static_cast<uint32_t>(table_.fields().size());
    for (NameList list : metadata_->name_lists) {
      for (uint32_t& column : list) column += before;
      out_.meta.name_lists.push_back(std::move(list));
    }
    codes(out_.meta.set_codes, metadata_->list_of_row);
    codes(out_.meta.metadata_lengths, each_row([&](const BlockRow& r) { return set_bytes_[r.set]; }));
  }

  /// Those of lines, then those of metadata.
  size_t field_count() const { return table_.fields().size() + (metadata_ ? metadata_->columns.size() : 0); }
  bool is_metadata(size_t f) const { return f >= table_.fields().size(); }
  FieldValues& values_of(size_t f) { return is_metadata(f) ? metadata_->columns[f - table_.fields().size()].values : fields_[f]; }
  Field field_of(size_t f) const {
    if (is_metadata(f)) return {LineFormat::kMetadata, {std::string(metadata_->columns[f - table_.fields().size()].name)}};
    return table_.fields()[f];
  }

  void fields() {
    fields_.resize(table_.fields().size());
    std::vector<std::string> encoded(field_count());
    for (uint32_t f = 0; f < encoded.size(); ++f) {
      if (values_of(f).size() == 0) continue;  // seen only in lines that turned out to have no shape
      if (const auto coded = values_of(f).coded(); coded && encode_coded(*coded, encoded[f])) {
        if (is_metadata(f)) summary_->add_metadata_column(encoded[f], coded->entries);
        else summary_->add_entries(f, coded->entries);
        continue;
      }
      const std::span<const std::string_view> values = values_of(f).all();
      encode_various({values, looks_like_time(values[0]) ? timestamps_of(f) : std::vector<Nanos>()}, encoded[f]);
      if (is_metadata(f)) summary_->add_metadata_column(encoded[f], values);
      else summary_->add_field(f, encoded[f], values);
    }
    refer(encoded);
    for (uint32_t f = 0; f < encoded.size(); ++f) {
      FieldChunk chunk;
      chunk.field = field_of(f);
      chunk.values = static_cast<uint32_t>(values_of(f).size());
      if (chunk.values) {
        chunk.encoding = encoding_of(encoded[f]);
        put(chunk.chunk, encoded[f]);
      }
      out_.meta.fields.push_back(std::move(chunk));
    }
  }

  static Encoding encoding_of(std::string_view encoded) { return static_cast<Encoding>(encoded[0]); }

  /// Turns ids into references to those of another field where that is smaller. What is referred to stays as it is.
  void refer(std::vector<std::string>& encoded) {
    std::map<uint32_t, HexColumn> columns;  // by field
    for (uint32_t f = 0; f < encoded.size(); ++f)
      if (!encoded[f].empty() && encoding_of(encoded[f]) == Encoding::kHex) columns.try_emplace(f, encoded[f], values_of(f).size());
    std::set<uint32_t> referring, referred;
    for (const auto& [f, column] : columns)
      for (const auto& [other, of_other] : columns) {
        if (f == other || referred.contains(f) || referring.contains(f) || referring.contains(other)) continue;
        std::string reference(1, static_cast<char>(Encoding::kReference));
        if (!write_reference(column, values_of(f).all(), of_other, other, reference) || reference.size() >= encoded[f].size()) continue;
        encoded[f] = std::move(reference);
        referring.insert(f);
        referred.insert(other);
      }
  }

  /// Timestamps of the rows that have the field.
  std::vector<Nanos> timestamps_of(uint32_t f) const {
    if (is_metadata(f)) return timestamps_where(metadata_->lists_with(f - static_cast<uint32_t>(table_.fields().size())), metadata_->list_of_row);
    std::vector<uint8_t> has(table_.shapes().size() + 1);
    for (size_t s = 0; s < table_.shapes().size(); ++s)
      for (const Slot& slot : table_.shapes()[s].slots) has[s] |= slot.field == f;
    return timestamps_where(has, shape_codes_);
  }
  std::vector<Nanos> timestamps_where(std::span<const uint8_t> has, std::span<const uint32_t> codes) const {
    std::vector<Nanos> out;
    for (size_t i = 0; i < rows_.size(); ++i)
      if (has[codes[i]]) out.push_back(rows_[i].timestamp);
    return out;
  }

  void raw_lines() {
    if (raw_.empty()) return;
    std::string bytes;
    write_text(raw_, bytes);
    put(out_.meta.raw, bytes);
    summary_->add_raw(raw_);
  }

  void put(Chunk& chunk, std::string_view bytes) {
    chunk = {out_.bytes.size(), bytes.size(), checksum(bytes)};
    out_.bytes += bytes;
  }

  std::vector<BlockRow> rows_;
  std::span<const std::string_view> sets_;
  std::vector<uint32_t> set_bytes_;
  std::optional<MetadataColumns> metadata_;  ///< nothing: metadata is kept in sets
  ShapeTable table_;
  std::vector<uint32_t> shape_codes_;
  std::vector<FieldValues> fields_;
  std::vector<std::string_view> raw_;
  std::optional<SummaryBuilder> summary_;
  WrittenBlock out_;
};

}  // namespace

WrittenBlock write_block(std::vector<BlockRow> rows, std::span<const std::string_view> sets) { return BlockWriter(std::move(rows), sets).run(); }

}  // namespace sleipnir::storage
