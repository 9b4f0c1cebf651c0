#include "storage/column/block_reader.h"

#include <algorithm>
#include <utility>
#include <numeric>

#include "storage/bytes.h"
#include "storage/column/bits.h"
#include "storage/column/json_labels.h"
#include "storage/column/zstd_bytes.h"
#include "storage/format.h"

namespace sleipnir::storage {
namespace {

const Error kDamaged{ErrorKind::kCorrupt, "block is damaged"};
constexpr uint64_t kMaxVarint = 10;

size_t memory_of(const BlockMeta& meta) {
  size_t bytes = meta.streams.size() * sizeof(StreamRows) + meta.fields.size() * sizeof(FieldChunk);
  for (const Shape& s : meta.shapes) bytes += sizeof s + s.constant_bytes() + s.pieces.size() * (sizeof(std::string) + sizeof(Slot));
  for (const NameList& list : meta.name_lists) bytes += sizeof list + list.size() * sizeof list[0];
  for (const std::string& s : meta.sets) bytes += sizeof s + s.size();
  return bytes;
}

}  // namespace

struct BlockReader::FieldState {
  std::unique_ptr<Values> values;
  bool placed = false;            // `rows` is known
  const RowRanks* rows = nullptr;
  std::vector<Nanos> timestamps;  // of the rows that have the field, where the encoding needs them
  FieldView view() const { return {values.get(), rows}; }
};

BlockReader::BlockReader(std::shared_ptr<const BlockMeta> meta, ReadChunk read)
    : meta_(std::move(meta)), meta_memory_(memory_of(*meta_)), read_(std::move(read)), fields_(meta_->fields.size()), outlines_(meta_->fields.size()), lines_(meta_->shapes.size() + 1) {}
BlockReader::~BlockReader() = default;

const std::vector<std::string>& BlockReader::labels() {
  std::lock_guard lock(mutex_);
  if (labels_.empty())
    for (const FieldChunk& f : meta_->fields) labels_.push_back(json_label(f.field));
  return labels_;
}

Result<std::string> BlockReader::fetch(const Chunk& chunk) {
  auto bytes = read_(chunk);
  if (bytes) fetched_ += chunk.length;
  return bytes;
}

Result<std::string_view> BlockReader::keep(const Chunk& chunk) {
  auto bytes = fetch(chunk);
  if (!bytes) return bytes.error();
  kept_.push_back(std::make_unique<std::string>(std::move(*bytes)));
  return std::string_view(*kept_.back()).substr(0, chunk.length);
}

Result<const RowTimes*> BlockReader::times() {
  std::lock_guard lock(mutex_);
  if (!times_) {
    auto chunk = fetch(meta_->times);
    if (!chunk) return chunk.error();
    times_ = RowTimes::read(std::move(*chunk), meta_->times.length, rows());
    if (!times_) return kDamaged;
  }
  return &*times_;
}

Result<std::vector<uint64_t>> BlockReader::arrivals() {
  auto chunk = fetch(meta_->arrivals);
  if (!chunk) return chunk.error();
  std::string_view rest = std::string_view(*chunk).substr(0, meta_->arrivals.length);
  const auto coded = get_compressed(rest, rows() * kMaxVarint);
  if (!coded || !rest.empty()) return kDamaged;
  ByteReader in(*coded);
  std::vector<uint64_t> arrivals(rows());
  uint64_t arrived = 0;
  for (uint64_t& a : arrivals) a = arrived = undo_zigzag_delta(in.varint(), arrived);
  if (!in.finished()) return kDamaged;
  return arrivals;
}

Result<const RowCodes*> BlockReader::codes(std::optional<RowCodes>& codes, const Chunk& chunk, uint64_t limit) {
  std::lock_guard lock(mutex_);
  if (!codes) {
    std::string bytes;
    if (chunk.length) {
      auto read = fetch(chunk);
      if (!read) return read.error();
      bytes = std::move(*read);
    }
    codes = RowCodes::read(std::string_view(bytes).substr(0, chunk.length), rows(), limit);
    if (!codes) return kDamaged;
  }
  return &*codes;
}

Result<const RowCodes*> BlockReader::shape_codes() { return codes(shape_codes_, meta_->shape_codes, meta_->shapes.size() + (meta_->raw_rows ? 1 : 0)); }
Result<const RowCodes*> BlockReader::set_codes() { return codes(set_codes_, meta_->set_codes, meta_->metadata_in_columns() ? meta_->name_lists.size() : meta_->sets.size()); }
Result<const RowCodes*> BlockReader::metadata_lengths() { return codes(metadata_lengths_, meta_->metadata_lengths, wal::kMaxPayload); }

/// Whoever builds lines may rely on their lengths: only a line that is alone in its block is longer than a block may be.
Result<const RowCodes*> BlockReader::line_lengths() {
  std::lock_guard lock(mutex_);
  if (lengths_) return &*lengths_;
  auto read = codes(lengths_, meta_->lengths, rows() == 1 ? wal::kMaxPayload : kBlockLineBytes + 1);
  if (!read || rows() == 1) return read;
  std::vector<uint32_t> all(rows());
  lengths_->unpack(0, all);
  if (std::accumulate(all.begin(), all.end(), uint64_t{0}) <= kBlockLineBytes) return read;
  lengths_.reset();
  return kDamaged;
}

/// Fields that come with the same shapes share one. For f == fields.size(): the raw rows.
Result<const RowRanks*> BlockReader::ranks(uint32_t f) {
  if (f < meta_->fields.size() && meta_->fields[f].field.format == LineFormat::kMetadata) {
    std::vector<uint8_t> has;
    for (const NameList& list : meta_->name_lists) has.push_back(std::binary_search(list.begin(), list.end(), f));
    return ranks_where(true, std::move(has));
  }
  std::vector<uint8_t> has(meta_->shapes.size() + 1);
  has.back() = f == meta_->fields.size();
  for (size_t s = 0; s < meta_->shapes.size(); ++s)
    for (const Slot& slot : meta_->shapes[s].slots) has[s] |= slot.field == f;
  return ranks_where(false, std::move(has));
}

Result<const RowRanks*> BlockReader::ranks_where(bool of_metadata, std::vector<uint8_t> has) {
  for (const RanksOf& known : ranks_)
    if (known.of_metadata == of_metadata && known.codes == has) return known.rows.get();
  auto codes = of_metadata ? set_codes() : shape_codes();
  if (!codes) return codes.error();
  auto ranks = std::make_unique<RowRanks>(rows());
  std::vector<uint32_t> code(rows());
  (*codes)->unpack(0, code);
  ranks->add_where(rows(), [&](uint32_t row) { return has[code[row]]; });
  ranks->finish();
  return ranks_.emplace_back(RanksOf{of_metadata, std::move(has), std::move(ranks)}).rows.get();
}

/// Finds out which rows have the field. Where that fails it fails each time.
Result<void> BlockReader::place(uint32_t f, FieldState& state) {
  if (state.placed || meta_->fields[f].values == rows()) return {};
  auto rows_of = ranks(f);
  if (!rows_of) return rows_of.error();
  if ((*rows_of)->rank(rows()) != meta_->fields[f].values) return kDamaged;
  state.rows = *rows_of;
  state.placed = true;
  return {};
}

Result<BlockReader::FieldView> BlockReader::field(uint32_t f) {
  std::lock_guard lock(mutex_);
  if (auto opened = values(f); !opened) return opened.error();
  if (auto placed = place(f, *fields_[f]); !placed) return placed.error();
  return fields_[f]->view();
}

Result<const Values*> BlockReader::values(uint32_t f) {
  std::lock_guard lock(mutex_);
  if (fields_[f]) return fields_[f]->values.get();
  const FieldChunk& chunk = meta_->fields[f];
  auto state = std::make_unique<FieldState>();
  if (chunk.encoding == Encoding::kTime) {
    if (auto placed = place(f, *state); !placed) return placed.error();
    auto all = times();
    if (!all) return all.error();
    state->timestamps.resize(rows());
    (*all)->unpack(0, state->timestamps);
    if (state->rows) {
      state->rows->for_each(0, rows(), [&](uint32_t row, uint32_t rank) { state->timestamps[rank] = state->timestamps[row]; });
      state->timestamps.resize(chunk.values);
    }
  }
  auto bytes = keep(chunk.chunk);
  if (!bytes) return bytes.error();
  if (const auto of = referenced_field(*bytes); of && *of < fields_.size()) {
    if (auto other = values(*of); !other) return other;
  }
  auto opened = open_chunk(f, *bytes, *state);
  if (!opened) return opened.error();
  state->values = std::move(*opened);
  fields_[f] = std::move(state);
  return fields_[f]->values.get();
}

/// A field that is referred to is open, or has an outline.
Result<std::unique_ptr<Values>> BlockReader::open_chunk(uint32_t f, std::string_view bytes, const FieldState& state) {
  const FieldChunk& chunk = meta_->fields[f];
  const Values* other = nullptr;
  if (const auto of = referenced_field(bytes)) {
    if (*of >= meta_->fields.size() || meta_->fields[*of].encoding != Encoding::kHex) return kDamaged;
    other = fields_[*of] ? fields_[*of]->values.get() : outlines_[*of].get();
  }
  auto values = open_values(bytes, chunk.values, state.timestamps, other);
  if (values && (*values)->encoding() != chunk.encoding) return kDamaged;
  return values;
}

Result<bool> BlockReader::may_hold(uint32_t f, const TextTest& test) {
  std::lock_guard lock(mutex_);
  if (!fields_[f]) {
    auto known = outline(f);
    if (!known) return known.error();
    if (*known) return (*known)->may_hold(test);
  }
  auto opened = values(f);
  if (!opened) return opened.error();
  return (*opened)->may_hold(test);
}

/// nullptr where the field has none. What it refers to is an outline, too, and stays.
Result<const Values*> BlockReader::outline(uint32_t f) {
  const Encoding encoding = meta_->fields[f].encoding;
  if (outlines_[f] || (encoding != Encoding::kHex && encoding != Encoding::kNumber && encoding != Encoding::kReference)) return outlines_[f].get();
  auto bytes = fetch(meta_->fields[f].chunk);
  if (!bytes) return bytes.error();
  const auto body = std::string_view(*bytes).substr(0, meta_->fields[f].chunk.length);
  if (const auto of = referenced_field(body); of && *of < outlines_.size() && *of != f) {
    if (auto other = outline(*of); !other) return other;
  }
  auto values = open_chunk(f, body, {});
  if (!values) return values.error();
  outlines_[f] = (*values)->outline();
  return outlines_[f].get();
}

Result<BlockReader::FieldView> BlockReader::raw() {
  std::lock_guard lock(mutex_);
  if (raw_) return raw_->view();
  auto rows_of = ranks(static_cast<uint32_t>(meta_->fields.size()));
  if (!rows_of) return rows_of.error();
  auto state = std::make_unique<FieldState>();
  state->rows = *rows_of;
  auto bytes = keep(meta_->raw);
  if (!bytes) return bytes.error();
  if (state->rows->rank(rows()) == meta_->raw_rows) state->values = read_text(*bytes, meta_->raw_rows);
  if (!state->values) return kDamaged;
  raw_ = std::move(state);
  return raw_->view();
}

Result<void> BlockReader::prepare_lines(uint32_t shape_code) {
  std::lock_guard lock(mutex_);
  std::vector<FieldView>& line = lines_[shape_code];
  if (!line.empty()) return {};
  if (auto codes = shape_codes(); !codes) return codes.error();
  std::vector<FieldView> views;
  if (shape_code == meta_->shapes.size()) {
    auto view = raw();
    if (!view) return view.error();
    views.push_back(*view);
  } else {
    for (const Slot& slot : meta_->shapes[shape_code].slots) {
      auto view = field(slot.field);
      if (!view) return view.error();
      views.push_back(*view);
    }
  }
  line = std::move(views);
  return {};
}

void BlockReader::append_line(uint32_t row, std::string& out) const {
  const uint32_t code = (*shape_codes_)[row];
  const std::vector<FieldView>& views = lines_[code];
  if (code == meta_->shapes.size()) {
    views[0].values->append(views[0].rank(row), out);
    return;
  }
  const Shape& shape = meta_->shapes[code];
  for (size_t s = 0; s < shape.slots.size(); ++s) {
    out += shape.pieces[s];
    views[s].values->append(views[s].rank(row), out);
  }
  out += shape.pieces.back();
}

size_t BlockReader::memory() const {
  std::lock_guard lock(mutex_);
  size_t bytes = sizeof *this + meta_memory_;
  for (const auto& k : kept_) bytes += k->capacity();
  if (times_) bytes += times_->memory();
  for (const auto* codes : {&shape_codes_, &set_codes_, &lengths_, &metadata_lengths_})
    if (*codes) bytes += (*codes)->memory();
  for (const RanksOf& ranks : ranks_) bytes += ranks.rows->memory();
  const auto add = [&](const FieldState& f) { bytes += f.values->memory() + f.timestamps.capacity() * sizeof(Nanos); };
  for (const auto& f : fields_)
    if (f) add(*f);
  if (raw_) add(*raw_);
  for (const auto& o : outlines_)
    if (o) bytes += o->memory();
  return bytes;
}

}  // namespace sleipnir::storage
