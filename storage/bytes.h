#pragma once
// Little-endian integers, varints and label sets in byte strings: the alphabet of every file here (see format.md).
#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "base/labels.h"

namespace sleipnir::storage {

static_assert(std::endian::native == std::endian::little, "files are little-endian; integers are copied as they are");

template <class Integer>
void put_fixed(std::string& out, Integer v) {
  out.append(reinterpret_cast<const char*>(&v), sizeof v);
}

inline void put_varint(std::string& out, uint64_t v) {
  char buffer[10];
  size_t n = 0;
  for (; v >= 0x80; v >>= 7) buffer[n++] = static_cast<char>(v | 0x80);
  buffer[n++] = static_cast<char>(v);
  out.append(buffer, n);
}

inline void put_bytes(std::string& out, std::string_view s) {
  put_varint(out, s.size());
  out.append(s);
}

/// The difference of two 64-bit values, modulo 2^64, small in either direction.
inline uint64_t zigzag_delta(uint64_t value, uint64_t base) {
  uint64_t d = value - base;
  return (d << 1) ^ (d >> 63 ? ~0ull : 0);
}
inline uint64_t undo_zigzag_delta(uint64_t coded, uint64_t base) { return base + ((coded >> 1) ^ (coded & 1 ? ~0ull : 0)); }

/// Reads what the functions above wrote. After the first read past the end or malformed varint, `ok` is false and every read yields zero.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  bool ok() const { return ok_; }
  bool finished() const { return ok_ && at_ == end_; }
  size_t left() const { return end_ - at_; }
  const char* position() const { return at_; }
  std::string_view rest() const { return {at_, left()}; }

  template <class Integer>
  Integer fixed() {
    Integer v = 0;
    std::string_view s = take(sizeof v);
    if (ok_) std::memcpy(&v, s.data(), sizeof v);
    return v;
  }

  uint64_t varint() {
    uint64_t v = 0;
    for (unsigned shift = 0; at_ < end_ && shift < 64; shift += 7) {
      uint8_t b = static_cast<uint8_t>(*at_++);
      v |= static_cast<uint64_t>(b & 0x7f) << shift;
      if (b < 0x80) return v;
    }
    fail();
    return 0;
  }

  /// A count of things that take at least `least` bytes each: bounded by what is left, so that callers may reserve.
  uint64_t count(size_t least = 1) {
    uint64_t n = varint();
    if (n > left() / least) fail();
    return ok_ ? n : 0;
  }

  std::string_view take(uint64_t n) {
    if (n > left()) fail();
    if (!ok_) return {};
    std::string_view s(at_, n);
    at_ += n;
    return s;
  }

  std::string_view bytes() { return take(varint()); }

 private:
  void fail() {
    ok_ = false;
    at_ = end_;
  }

  const char* at_;
  const char* end_;
  bool ok_ = true;
};

inline void put_labels(std::string& out, const LabelSet& labels) {
  put_varint(out, labels.size());
  for (const Label& l : labels) {
    put_bytes(out, l.name);
    put_bytes(out, l.value);
  }
}

inline LabelSet read_labels(ByteReader& in) {
  std::vector<Label> labels(in.count(2));
  for (Label& l : labels) {
    l.name = in.bytes();
    l.value = in.bytes();
  }
  return LabelSet(std::move(labels));
}

/// A coded label set as it lies in the input, not decoded; `text_bytes` becomes the sum of its name and value lengths.
inline std::string_view read_coded_labels(ByteReader& in, uint32_t& text_bytes) {
  const char* begin = in.position();
  text_bytes = 0;
  for (uint64_t n = in.count(2); n > 0; n--) {
    text_bytes += in.bytes().size();
    text_bytes += in.bytes().size();
  }
  return in.ok() ? std::string_view(begin, in.position() - begin) : std::string_view();
}

/// Calls visit(place, name, value) for the labels of a coded set, which is intact.
template <class Visit>
void each_coded_label(std::string_view labels, Visit visit) {
  ByteReader in(labels);
  for (size_t place = 0, n = in.count(2); place < n; ++place) {
    const std::string_view name = in.bytes();
    visit(place, name, in.bytes());
  }
}

/// The value of a label of a coded set, which is intact; nullopt where it has none. No copy.
inline std::optional<std::string_view> find_coded_label(std::string_view labels, std::string_view name) {
  ByteReader in(labels);
  for (uint64_t n = in.count(2); n > 0; n--) {
    const std::string_view of_label = in.bytes(), value = in.bytes();
    if (of_label == name) return value;
  }
  return std::nullopt;
}

/// What an empty label set is coded as.
inline constexpr std::string_view kNoLabels("\0", 1);

}  // namespace sleipnir::storage
