// References: ids most of which stand in another column of the block (a parent's id among the ids). Stored is which value of the other column it is.
//   varint field, u8 width, packed codes (0: empty; then the other column's values; then the exceptions), an encoded column of exceptions
#include <algorithm>

#include "storage/bytes.h"
#include "storage/column/bits.h"
#include "storage/column/distinct_ids.h"
#include "storage/column/hex_column.h"
#include "storage/column/values.h"

namespace sleipnir::storage {
namespace {

class ReferenceValues : public Values {
 public:
  ReferenceValues(uint32_t size, const Values& other, std::unique_ptr<Values> exceptions, PackedBits codes)
      : other_(other), exceptions_(std::move(exceptions)), codes_(codes) { size_ = size; }
  Encoding encoding() const override { return Encoding::kReference; }
  void append(uint32_t i, std::string& out) const override {
    const uint64_t code = codes_[i];
    if (code == 0) return;
    if (code <= other_.size()) other_.append(static_cast<uint32_t>(code - 1), out);
    else exceptions_->append(static_cast<uint32_t>(code - 1 - other_.size()), out);
  }
  uint32_t length(uint32_t i) const override {
    const uint64_t code = codes_[i];
    if (code == 0) return 0;
    return code <= other_.size() ? other_.length(static_cast<uint32_t>(code - 1)) : exceptions_->length(static_cast<uint32_t>(code - 1 - other_.size()));
  }
  bool may_hold(const TextTest& test) const override { return test.holds("") || other_.may_hold(test) || (exceptions_->size() && exceptions_->may_hold(test)); }
  void test(const TextTest& test, uint32_t first, std::span<uint8_t> hits) const override {
    std::vector<uint8_t> of_code(1 + other_.size() + exceptions_->size());
    const std::span<uint8_t> all(of_code);
    of_code[0] = test.holds("");
    if (other_.may_hold(test)) other_.test(test, 0, all.subspan(1, other_.size()));
    if (exceptions_->size()) exceptions_->test(test, 0, all.subspan(1 + other_.size()));
    for (uint32_t i = 0; i < hits.size(); ++i) hits[i] = of_code[codes_[first + i]];
  }
  size_t memory() const override { return sizeof *this + exceptions_->memory(); }
  /// Refers to the same other column.
  std::unique_ptr<Values> outline() const override {
    auto exceptions = exceptions_->size() ? exceptions_->outline() : read_constant({}, 0);
    return exceptions ? std::make_unique<ReferenceValues>(size_, other_, std::move(exceptions), PackedBits()) : nullptr;
  }

 private:
  const Values& other_;
  std::unique_ptr<Values> exceptions_;
  PackedBits codes_;
};

/// Of the values at hand this share at least must stand in the other column, in sixteenths.
constexpr size_t kWorthwhile = 10;

}  // namespace

bool write_reference(const HexColumn& column, std::span<const std::string_view> values, const HexColumn& other, uint32_t other_field, std::string& out) {
  if (column.pattern != other.pattern || !other.codes.empty()) return false;
  const size_t others = other.ids.size() / other.bytes;
  DistinctIds ids(other.ids, other.bytes);
  ids.codes();
  if (ids.size() != others) return false;  // codes are places only while all differ
  const std::vector<uint32_t> places = ids.find(column.ids);
  // A few values tell whether it is worth it.
  const size_t step = 1 + values.size() / 256;
  size_t seen = 0, tried = 0, found = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    if (values[i].empty() || seen++ % step) continue;
    ++tried;
    found += places[column.id_of(i)] != DistinctIds::kNone;
  }
  if (found * 16 < tried * kWorthwhile || found == 0) return false;
  std::vector<uint32_t> codes(values.size());
  std::vector<std::string_view> exceptions;
  for (size_t i = 0; i < codes.size(); ++i) {
    if (values[i].empty()) continue;
    const uint32_t at = places[column.id_of(i)];
    if (at == DistinctIds::kNone) exceptions.push_back(values[i]);
    codes[i] = at == DistinctIds::kNone ? static_cast<uint32_t>(others + exceptions.size()) : at + 1;
  }
  const unsigned width = bits_for(others + exceptions.size());
  put_varint(out, other_field);
  out += static_cast<char>(width);
  pack_bits(out, std::span<const uint32_t>(codes), width);
  put_varint(out, exceptions.size());
  if (!exceptions.empty()) encode_values({exceptions, {}}, out);
  return true;
}

std::optional<uint32_t> referenced_field(std::string_view bytes) {
  if (bytes.empty() || static_cast<Encoding>(bytes[0]) != Encoding::kReference) return std::nullopt;
  ByteReader in(bytes.substr(1));
  const uint64_t field = in.varint();
  return in.ok() && field < UINT32_MAX ? std::optional(static_cast<uint32_t>(field)) : std::nullopt;
}

std::unique_ptr<Values> read_reference(std::string_view bytes, uint32_t size, const Values& other) {
  ByteReader in(bytes);
  in.varint();
  const unsigned width = in.fixed<uint8_t>();
  if (!in.ok() || width > 32) return nullptr;
  const std::string_view packed = in.take(packed_bytes(size, width));
  const uint64_t count = in.varint();
  if (!in.ok() || count > size || (count == 0 && in.left())) return nullptr;
  std::unique_ptr<Values> exceptions = read_constant({}, 0);
  if (count) {
    if (in.left() && static_cast<Encoding>(*in.position()) == Encoding::kReference) return nullptr;
    auto opened = open_values(in.rest(), static_cast<uint32_t>(count), {});
    if (!opened) return nullptr;
    exceptions = std::move(*opened);
  }
  const PackedBits codes(packed.data(), width);
  if (!all_below(codes, size, other.size() + count + 1)) return nullptr;
  return std::make_unique<ReferenceValues>(size, other, std::move(exceptions), codes);
}

}  // namespace sleipnir::storage
