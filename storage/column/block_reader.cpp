#include "storage/column/block_reader.h"

#include <algorithm>

#include "storage/bytes.h"
#include "storage/column/bits.h"
#include "storage/column/zstd_bytes.h"

namespace sleipnir::storage {
namespace {

const Error kDamaged{ErrorKind::kCorrupt, "block is damaged"};
constexpr size_t kTimeHeadBytes = 8 + 4 + 1;
constexpr uint64_t kMaxVarint = 10;
constexpr size_t kMaxCodesBytes = kBlockRows * 4 + 8;

}  // namespace

struct BlockReader::FieldState {
  std::unique_ptr<Values> values;
  std::vector<uint32_t> ranks;
  std::vector<Nanos> timestamps;  // of the rows that have the field, where the encoding needs them
  FieldView view() const { return {values.get(), ranks}; }
};

BlockReader::BlockReader(std::shared_ptr<const BlockMeta> meta, ReadChunk read)
    : meta_(std::move(meta)), read_(std::move(read)), fields_(meta_->fields.size()), lines_(meta_->shapes.size() + 1) {}
BlockReader::~BlockReader() = default;

Result<std::string_view> BlockReader::keep(const Chunk& chunk) {
  auto bytes = read_(chunk);
  if (!bytes) return bytes.error();
  kept_.push_back(std::make_unique<std::string>(std::move(*bytes)));
  return std::string_view(*kept_.back()).substr(0, chunk.length);
}

Result<void> BlockReader::load_times() {
  if (!timestamps_.empty() || rows() == 0) return {};
  auto chunk = read_(meta_->times);
  if (!chunk) return chunk.error();
  std::string_view rest = std::string_view(*chunk).substr(0, meta_->times.length);
  const size_t runs = (rows() + kTimeRun - 1) / kTimeRun;
  const auto heads = get_compressed(rest, runs * kTimeHeadBytes);
  if (!heads || heads->size() != runs * kTimeHeadBytes) return kDamaged;
  ByteReader in(*heads);
  std::vector<Nanos> timestamps(rows());
  for (size_t run = 0; run < runs; ++run) {
    auto t = in.fixed<uint64_t>();
    const auto offset = in.fixed<uint32_t>();
    const unsigned width = in.fixed<uint8_t>();
    const uint32_t from = static_cast<uint32_t>(run) * kTimeRun, n = std::min(kTimeRun, rows() - from);
    if (width > 64 || offset + packed_bytes(n, width) > rest.size()) return kDamaged;
    const PackedBits deltas(rest.data() + offset, width);
    for (uint32_t i = 0; i < n; ++i) {
      t = undo_zigzag_delta(deltas[i], t);
      timestamps[from + i] = static_cast<Nanos>(t);
    }
  }
  timestamps_ = std::move(timestamps);
  return {};
}

Result<void> BlockReader::load_arrivals() {
  if (!arrivals_.empty() || rows() == 0) return {};
  auto chunk = read_(meta_->arrivals);
  if (!chunk) return chunk.error();
  std::string_view rest = std::string_view(*chunk).substr(0, meta_->arrivals.length);
  const auto coded = get_compressed(rest, rows() * kMaxVarint);
  if (!coded || !rest.empty()) return kDamaged;
  ByteReader in(*coded);
  std::vector<uint64_t> arrivals(rows());
  uint64_t arrived = 0;
  for (uint64_t& a : arrivals) a = arrived = undo_zigzag_delta(in.varint(), arrived);
  if (!in.finished()) return kDamaged;
  arrivals_ = std::move(arrivals);
  return {};
}

Result<std::span<const Nanos>> BlockReader::timestamps() {
  if (auto ok = load_times(); !ok) return ok.error();
  return std::span<const Nanos>(timestamps_);
}

Result<std::span<const uint64_t>> BlockReader::arrivals() {
  if (auto ok = load_arrivals(); !ok) return ok.error();
  return std::span<const uint64_t>(arrivals_);
}

Result<std::span<const uint32_t>> BlockReader::codes(std::vector<uint32_t>& codes, const Chunk& chunk, uint64_t limit) {
  if (!codes.empty() || rows() == 0) return std::span<const uint32_t>(codes);
  std::vector<uint32_t> read(rows());
  if (chunk.length) {
    auto bytes = read_(chunk);
    if (!bytes) return bytes.error();
    ByteReader in(std::string_view(*bytes).substr(0, chunk.length));
    const uint64_t base = in.varint();
    const unsigned width = in.fixed<uint8_t>();
    std::string_view rest = in.rest();
    auto packed = get_compressed(rest, kMaxCodesBytes);
    if (!in.ok() || !packed || base > UINT32_MAX || width > 32 || packed->size() != packed_bytes(rows(), width)) return kDamaged;
    packed->append(PackedBits::kPadding, '\0');
    PackedBits(packed->data(), width).unpack(0, std::span<uint32_t>(read));
    for (uint32_t& c : read) {
      if (c + base >= limit) return kDamaged;
      c += static_cast<uint32_t>(base);
    }
  } else if (limit == 0) {
    return kDamaged;
  }
  codes = std::move(read);
  return std::span<const uint32_t>(codes);
}

Result<std::span<const uint32_t>> BlockReader::shape_codes() { return codes(shape_codes_, meta_->shape_codes, meta_->shapes.size() + (meta_->raw_rows ? 1 : 0)); }
Result<std::span<const uint32_t>> BlockReader::set_codes() { return codes(set_codes_, meta_->set_codes, meta_->sets.size()); }
Result<std::span<const uint32_t>> BlockReader::line_lengths() { return codes(lengths_, meta_->lengths, uint64_t{UINT32_MAX} + 1); }

Result<BlockReader::FieldView> BlockReader::field(uint32_t f) {
  if (fields_[f]) return fields_[f]->view();
  const FieldChunk& chunk = meta_->fields[f];
  auto state = std::make_unique<FieldState>();
  std::vector<uint8_t> has(meta_->shapes.size() + 1);
  const bool everywhere = chunk.values == rows();
  if (!everywhere) {
    auto codes = shape_codes();
    if (!codes) return codes.error();
    for (size_t s = 0; s < meta_->shapes.size(); ++s)
      for (const Slot& slot : meta_->shapes[s].slots) has[s] |= slot.field == f;
    state->ranks.resize(rows());
    uint32_t rank = 0;
    for (uint32_t i = 0; i < rows(); ++i) {
      state->ranks[i] = rank;
      rank += has[(*codes)[i]];
    }
    if (rank != chunk.values) return kDamaged;
  }
  std::span<const Nanos> times;
  if (chunk.encoding == Encoding::kTime) {
    if (auto ok = load_times(); !ok) return ok.error();
    for (uint32_t i = 0; i < rows() && !everywhere; ++i)
      if (has[shape_codes_[i]]) state->timestamps.push_back(timestamps_[i]);
    times = everywhere ? timestamps_ : state->timestamps;
  }
  auto bytes = keep(chunk.chunk);
  if (!bytes) return bytes.error();
  const Values* other = nullptr;
  if (const auto of = referenced_field(*bytes)) {
    if (*of >= meta_->fields.size() || meta_->fields[*of].encoding != Encoding::kHex) return kDamaged;
    auto view = field(*of);
    if (!view) return view.error();
    other = view->values;
  }
  auto values = open_values(*bytes, chunk.values, times, other);
  if (!values) return values.error();
  if ((*values)->encoding() != chunk.encoding) return kDamaged;
  state->values = std::move(*values);
  fields_[f] = std::move(state);
  return fields_[f]->view();
}

Result<BlockReader::FieldView> BlockReader::raw() {
  if (raw_) return raw_->view();
  auto state = std::make_unique<FieldState>();
  auto codes = shape_codes();
  if (!codes) return codes.error();
  uint32_t rank = 0;
  for (const uint32_t c : *codes) {
    state->ranks.push_back(rank);
    rank += c == meta_->shapes.size();
  }
  auto bytes = keep(meta_->raw);
  if (!bytes) return bytes.error();
  if (rank == meta_->raw_rows) state->values = read_text(*bytes, meta_->raw_rows);
  if (!state->values) return kDamaged;
  raw_ = std::move(state);
  return raw_->view();
}

Result<void> BlockReader::prepare_lines(uint32_t shape_code) {
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
  const uint32_t code = shape_codes_[row];
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

}  // namespace sleipnir::storage
