// Numbers with a fixed count of fraction digits (0: integers), as integers: base + bit-packed difference.
//   u8 fraction digits, u8 width, varint zigzag(base), packed
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "storage/bytes.h"
#include "storage/column/bits.h"
#include "storage/column/number_test.h"

namespace sleipnir::storage {
namespace {

constexpr int kMaxDigits = 18;  // any 18 digits fit into int64

/// Numbers are unpacked in pieces of this many, which stay in the cache.
constexpr size_t kPiece = 1024;

constexpr double kPowers[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

/// The value times 10^fraction where `s` is the one canonical text of it: [-]digits[.fraction digits], no leading zeros, no "-0".
std::optional<int64_t> scaled(std::string_view s, size_t fraction) {
  const bool negative = s.starts_with('-');
  if (negative) s.remove_prefix(1);
  const size_t length = s.size(), integer = fraction ? length - std::min(length, fraction + 1) : length;
  if (integer == 0 || length > kMaxDigits || (s[0] == '0' && integer > 1)) return std::nullopt;
  uint64_t v = 0;
  unsigned highest = 0;  // of the digits; more than 9: one is none
  const auto digits = [&](size_t from, size_t to) {
    for (size_t i = from; i < to; ++i) {
      const auto d = static_cast<unsigned>(static_cast<uint8_t>(s[i])) - '0';
      highest = std::max(highest, d);
      v = v * 10 + d;
    }
  };
  digits(0, integer);
  if (fraction) {
    if (s[integer] != '.') return std::nullopt;
    digits(integer + 1, length);
  }
  if (highest > 9) return std::nullopt;
  if (negative && v == 0) return std::nullopt;
  return negative ? -static_cast<int64_t>(v) : static_cast<int64_t>(v);
}

class NumberValues : public Values {
 public:
  NumberValues(uint32_t size, unsigned fraction, int64_t base, PackedBits bits) : fraction_(fraction), base_(base), bits_(bits) { size_ = size; }
  Encoding encoding() const override { return Encoding::kNumber; }

  void append(uint32_t i, std::string& out) const override {
    char buffer[24];
    out.append(buffer, print(i, buffer));
  }
  uint32_t length(uint32_t i) const override {
    char buffer[24];
    return static_cast<uint32_t>(print(i, buffer));
  }
  bool numeric() const override { return fraction_ < std::size(kPowers); }
  void numbers(uint32_t first, std::span<double> out) const override {
    // One correctly rounded division: what ParseFloat gives while the mantissa is below 2^53; larger ones are parsed.
    const double power = kPowers[fraction_];
    std::array<uint64_t, kPiece> piece;
    const bool exact = bits_.width() < 53 && base_ > -(int64_t{1} << 52) && base_ < (int64_t{1} << 52);
    for (size_t at = 0; at < out.size(); at += kPiece) {
      const auto offsets = std::span(piece).first(std::min(kPiece, out.size() - at));
      bits_.unpack(first + at, offsets);
      if (!exact) {
        for (size_t i = 0; i < offsets.size(); ++i) out[at + i] = number(first + at + i);
      } else if (fraction_ == 0) {
        for (size_t i = 0; i < offsets.size(); ++i) out[at + i] = static_cast<double>(base_ + static_cast<int64_t>(offsets[i]));
      } else {
        for (size_t i = 0; i < offsets.size(); ++i) out[at + i] = static_cast<double>(base_ + static_cast<int64_t>(offsets[i])) / power;
      }
    }
  }
  void distinct(std::span<const uint32_t> ranks, std::span<uint32_t> codes, Texts& texts) const override {
    std::unordered_map<uint64_t, uint32_t> known;
    char buffer[24];
    for (size_t i = 0; i < ranks.size(); ++i) {
      const auto [at, is_new] = known.try_emplace(bits_[ranks[i]]);
      if (is_new) at->second = texts.append({buffer, print(ranks[i], buffer)});
      codes[i] = at->second;
    }
  }
  bool may_hold(const TextTest& test) const override {
    if (test.op == TextTest::Op::kEquals) {
      const auto v = scaled(test.text, fraction_);
      return v && *v >= base_ && static_cast<uint64_t>(*v) - static_cast<uint64_t>(base_) <= max_offset();
    }
    return test.text.find_first_not_of(fraction_ ? "-.0123456789" : "-0123456789") == std::string::npos;
  }
  void test(const TextTest& test, uint32_t first, std::span<uint8_t> hits) const override {
    if (!may_hold(test)) {
      std::fill(hits.begin(), hits.end(), 0);
    } else if (test.op == TextTest::Op::kEquals) {
      const uint64_t want = static_cast<uint64_t>(*scaled(test.text, fraction_)) - static_cast<uint64_t>(base_);
      for (uint32_t i = 0; i < hits.size(); ++i) hits[i] = bits_[first + i] == want;
    } else if (fraction_ == 0 && base_ >= 0 && base_ <= kMost) {
      const auto low = static_cast<uint64_t>(base_);
      NumberTest(test, {low, low + max_offset()}).test(low, bits_, first, hits);
    } else {
      Values::test(test, first, hits);
    }
  }

  std::unique_ptr<Values> outline() const override { return std::make_unique<NumberValues>(size_, fraction_, base_, PackedBits(nullptr, bits_.width())); }

 private:
  static constexpr int64_t kMost = 999'999'999'999'999'999;

  int64_t value(size_t i) const { return static_cast<int64_t>(static_cast<uint64_t>(base_) + bits_[i]); }
  uint64_t max_offset() const { return bits_.width() >= 64 ? ~uint64_t{0} : (uint64_t{1} << bits_.width()) - 1; }

  double number(size_t i) const {
    const int64_t v = value(i);
    if (v > -(int64_t{1} << 53) && v < (int64_t{1} << 53)) return static_cast<double>(v) / kPowers[fraction_];
    char buffer[24];
    double parsed = 0;
    std::from_chars(buffer, buffer + print(static_cast<uint32_t>(i), buffer), parsed);
    return parsed;
  }

  size_t print(uint32_t i, char* buffer) const {
    int64_t v = value(i);
    char* at = buffer;
    if (v < 0) *at++ = '-';
    char digits[24];
    uint64_t u = v < 0 ? 0 - static_cast<uint64_t>(v) : static_cast<uint64_t>(v);
    size_t n = static_cast<size_t>(std::to_chars(digits, digits + sizeof digits, u).ptr - digits);
    size_t zeros = n <= fraction_ ? fraction_ + 1 - n : 0;
    for (size_t k = 0; k < n + zeros; ++k) {
      if (fraction_ && k == n + zeros - fraction_) *at++ = '.';
      *at++ = k < zeros ? '0' : digits[k - zeros];
    }
    return static_cast<size_t>(at - buffer);
  }

  unsigned fraction_;
  int64_t base_;
  PackedBits bits_;
};

}  // namespace

bool write_number(const ValuesInput& in, std::string& out) {
  if (in.values.empty()) return false;
  const size_t point = in.values[0].find('.');
  const size_t fraction = point == std::string_view::npos ? 0 : in.values[0].size() - point - 1;
  if (point != std::string_view::npos && fraction == 0) return false;
  std::vector<uint64_t> offsets;
  offsets.reserve(in.values.size());
  int64_t low = std::numeric_limits<int64_t>::max(), high = std::numeric_limits<int64_t>::min();
  for (const std::string_view s : in.values) {
    const auto v = scaled(s, fraction);
    if (!v) return false;
    low = std::min(low, *v);
    high = std::max(high, *v);
    offsets.push_back(static_cast<uint64_t>(*v));
  }
  for (uint64_t& o : offsets) o -= static_cast<uint64_t>(low);
  const unsigned width = bits_for(static_cast<uint64_t>(high) - static_cast<uint64_t>(low));
  out += static_cast<char>(fraction);
  out += static_cast<char>(width);
  put_varint(out, zigzag_delta(static_cast<uint64_t>(low), 0));
  pack_bits(out, std::span<const uint64_t>(offsets), width);
  return true;
}

std::unique_ptr<Values> read_number(std::string_view bytes, uint32_t size) {
  ByteReader in(bytes);
  const unsigned fraction = in.fixed<uint8_t>(), width = in.fixed<uint8_t>();
  const auto base = static_cast<int64_t>(undo_zigzag_delta(in.varint(), 0));
  if (!in.ok() || fraction >= kMaxDigits || width > 64 || in.rest().size() != packed_bytes(size, width)) return nullptr;
  return std::make_unique<NumberValues>(size, fraction, base, PackedBits(in.rest().data(), width));
}

}  // namespace sleipnir::storage
