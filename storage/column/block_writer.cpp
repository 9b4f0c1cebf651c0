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
constexpr size_t kPrefetchRows = 4;
void prefetch(std::string_view line) {
#ifdef __GNUC__
  for (size_t at = 0; at < std::min<size_t>(line.size(), 1024); at += 64) __builtin_prefetch(line.data() + at);
#endif
}

class BlockWriter {
 public:
  BlockWriter(std::vector<BlockRow> rows, std::span<const std::string_view> sets) : rows_(std::move(rows)) {
    assert(rows_.size() <= kBlockRows);
    sort_rows();
    for (const std::string_view s : sets) {
      out_.meta.sets.emplace_back(s);
      ByteReader in(s);
      read_coded_labels(in, set_bytes_.emplace_back());
    }
  }

  WrittenBlock run() {
    out_.meta.rows = static_cast<uint32_t>(rows_.size());
    cut_lines();
    summary_.emplace(table_.fields());
    directory();
    times();
    codes(out_.meta.shape_codes, shape_codes_);
    codes(out_.meta.set_codes, each_row([](const BlockRow& r) { return r.set; }));
    codes(out_.meta.lengths, each_row([](const BlockRow& r) { return static_cast<uint32_t>(r.line.size()); }));
    fields();
    raw_lines();
    out_.meta.shapes = table_.shapes();
    for (const Shape& s : out_.meta.shapes) summary_->add_shape(s);
    summary_->add_metadata(out_.meta.sets);
    out_.summary = summary_->finish();
    out_.roll_up = write_roll_up(rows_, out_.meta.sets, set_bytes_);
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
      if (i + kPrefetchRows < rows_.size()) prefetch(rows_[i + kPrefetchRows].line);
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
      if (i + kPrefetchRows < rows_.size()) prefetch(rows_[i + kPrefetchRows].line);
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

  void fields() {
    std::vector<std::string> encoded(fields_.size());
    for (uint32_t f = 0; f < fields_.size(); ++f) {
      if (fields_[f].size() == 0) continue;  // seen only in lines that turned out to have no shape
      if (const auto coded = fields_[f].coded(); coded && encode_coded(*coded, encoded[f])) {
        summary_->add_entries(f, coded->entries);
        continue;
      }
      const std::span<const std::string_view> values = fields_[f].all();
      encode_various({values, looks_like_time(values[0]) ? timestamps_of(f) : std::vector<Nanos>()}, encoded[f]);
      summary_->add_field(f, encoded[f], values);
    }
    refer(encoded);
    for (uint32_t f = 0; f < fields_.size(); ++f) {
      FieldChunk chunk;
      chunk.field = table_.fields()[f];
      chunk.values = static_cast<uint32_t>(fields_[f].size());
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
    for (uint32_t f = 0; f < fields_.size(); ++f)
      if (!encoded[f].empty() && encoding_of(encoded[f]) == Encoding::kHex) columns.try_emplace(f, encoded[f], fields_[f].size());
    std::set<uint32_t> referring, referred;
    for (const auto& [f, column] : columns)
      for (const auto& [other, of_other] : columns) {
        if (f == other || referred.contains(f) || referring.contains(f) || referring.contains(other)) continue;
        std::string reference(1, static_cast<char>(Encoding::kReference));
        if (!write_reference(column, fields_[f].all(), of_other, other, reference) || reference.size() >= encoded[f].size()) continue;
        encoded[f] = std::move(reference);
        referring.insert(f);
        referred.insert(other);
      }
  }

  /// Timestamps of the rows that have the field.
  std::vector<Nanos> timestamps_of(uint32_t f) const {
    std::vector<uint8_t> has(table_.shapes().size() + 1);
    for (size_t s = 0; s < table_.shapes().size(); ++s)
      for (const Slot& slot : table_.shapes()[s].slots) has[s] |= slot.field == f;
    std::vector<Nanos> out;
    for (size_t i = 0; i < rows_.size(); ++i)
      if (has[shape_codes_[i]]) out.push_back(rows_[i].timestamp);
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
  std::vector<uint32_t> set_bytes_;
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
