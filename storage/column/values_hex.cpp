// Ids of one pattern: every value has the same length and the same characters but for lower-case hex digits at fixed places
// (hex strings, UUIDs, "sf-5a0052b9c1"); a value may also be empty. The digits are stored as bytes.
//   bytes pattern (hex digit places are NUL), u8 flags, varint entries,
//   entries × bytes in order of appearance and packed codes (flag kShared), or one entry a value in row order
#include <algorithm>
#include <array>
#include <cstring>

#include "storage/bytes.h"
#include "storage/column/bits.h"
#include "storage/column/distinct_ids.h"
#include "storage/column/hex_column.h"
#include "storage/column/hex_digits.h"
#include "storage/column/hex_pattern.h"
#include "storage/column/values.h"

namespace sleipnir::storage {
namespace {

constexpr size_t kMinDigits = 8;
/// Of fewer digits there is only one byte to search for, which one in 256 is by chance.
constexpr size_t kMinSearched = 5;
enum Flags : uint8_t { kShared = 1, kHasEmpty = 2 };

class HexValues : public Values {
 public:
  HexValues(uint32_t size, HexPattern pattern, uint8_t flags, uint32_t stored, const char* bytes, PackedBits codes)
      : pattern_(std::move(pattern)), flags_(flags), stored_(stored), bytes_(bytes), codes_(codes) { size_ = size; }
  Encoding encoding() const override { return Encoding::kHex; }
  void append(uint32_t i, std::string& out) const override {
    const int64_t at = position(i);
    if (at >= 0) pattern_.unpack(bytes_ + static_cast<size_t>(at) * pattern_.bytes(), out);
  }
  uint32_t length(uint32_t i) const override { return position(i) < 0 ? 0 : static_cast<uint32_t>(pattern_.text().size()); }

  bool may_hold(const TextTest& test) const override {
    if (test.text.empty()) return test.op != TextTest::Op::kEquals || flags_ & kHasEmpty;
    if (test.op == TextTest::Op::kEquals ? test.text.size() != pattern_.text().size() : test.text.size() > pattern_.text().size()) return false;
    // Every character of the test is a hex digit or one of the pattern's own.
    return std::all_of(test.text.begin(), test.text.end(), [&](char c) { return lower_hex_digit(c) != kNoDigit || pattern_.text().find(c) != std::string::npos; });
  }
  /// Each stored entry is looked at once, for equality in its packed form.
  void test(const TextTest& test, uint32_t first, std::span<uint8_t> hits) const override {
    const uint8_t of_empty = test.holds("");
    if (!may_hold(test)) {
      std::fill(hits.begin(), hits.end(), 0);
    } else if (!(flags_ & kShared)) {
      test_entries(test, first, hits);
    } else {
      const uint32_t empty = flags_ & kHasEmpty ? 1 : 0;
      std::vector<uint8_t> of_code(stored_ + empty, of_empty);
      test_entries(test, 0, std::span(of_code).subspan(empty));
      test_codes(of_code, first, hits);
    }
  }
  void distinct(std::span<const uint32_t> ranks, std::span<uint32_t> codes, Texts& texts) const override {
    if (!(flags_ & kShared)) return Values::distinct(ranks, codes, texts);
    std::vector<uint32_t> of_entry(stored_ + 1, UINT32_MAX);
    std::string text;
    for (size_t i = 0; i < ranks.size(); ++i) {
      uint32_t& known = of_entry[static_cast<size_t>(position(ranks[i]) + 1)];
      if (known == UINT32_MAX) {
        text.clear();
        append(ranks[i], text);
        known = texts.append(text);
      }
      codes[i] = known;
    }
  }

  std::unique_ptr<Values> outline() const override { return std::make_unique<HexValues>(size_, pattern_, flags_, 0, nullptr, PackedBits()); }

 private:
  /// Index of the stored bytes of value i; -1 for the empty value.
  int64_t position(uint32_t i) const { return flags_ & kShared ? static_cast<int64_t>(codes_[i]) - (flags_ & kHasEmpty ? 1 : 0) : i; }

  /// hits[i] of stored entry first + i.
  void test_entries(const TextTest& test, uint32_t first, std::span<uint8_t> hits) const {
    const size_t bytes = pattern_.bytes();
    const char* at = bytes_ + first * bytes;
    // Nothing else of this length contains, begins with or ends with the text.
    if (test.text.size() == pattern_.text().size()) {
      std::string want(bytes, '\0');
      if (pattern_.pack(test.text, want.data())) find_packed(want, at, hits);
      else std::fill(hits.begin(), hits.end(), 0);
      return;
    }
    std::string value;
    const auto holds = [&](size_t e) {
      value.clear();
      pattern_.unpack(at + e * bytes, value);
      return test.holds(value);
    };
    const std::string_view digits = longest_digits(test.text);
    if (digits.size() < kMinSearched) {
      for (size_t e = 0; e < hits.size(); ++e) hits[e] = holds(e);
      return;
    }
    // Its digits fill whole bytes but for one at an end: these bytes are searched in all entries at once.
    std::fill(hits.begin(), hits.end(), 0);
    const std::string_view all(at, hits.size() * bytes);
    for (const size_t skipped : {0, 1}) {
      std::string inner;
      for (size_t i = skipped; i + 1 < digits.size(); i += 2) inner += static_cast<char>(lower_hex_digit(digits[i]) << 4 | lower_hex_digit(digits[i + 1]));
      for (size_t found = 0; const void* p = memmem(all.data() + found, all.size() - found, inner.data(), inner.size());) {
        found = static_cast<size_t>(static_cast<const char*>(p) - all.data());
        const size_t e = found / bytes;
        hits[e] = hits[e] || holds(e);
        found = hits[e] ? (e + 1) * bytes : found + 1;
      }
    }
  }

  /// No constant of a pattern is a digit, so that these stand in digits' places, one behind the other.
  static std::string_view longest_digits(std::string_view text) {
    std::string_view best;
    for (size_t at = 0; at < text.size(); ++at) {
      const size_t from = at;
      while (at < text.size() && lower_hex_digit(text[at]) != kNoDigit) ++at;
      if (at - from > best.size()) best = text.substr(from, at - from);
    }
    return best;
  }

  void test_codes(std::span<const uint8_t> of_code, uint32_t first, std::span<uint8_t> hits) const {
    if (std::find(of_code.begin(), of_code.end(), 1) == of_code.end()) {
      std::fill(hits.begin(), hits.end(), 0);
      return;
    }
    std::array<uint32_t, 1024> piece;
    for (size_t at = 0; at < hits.size(); at += piece.size()) {
      const auto codes = std::span(piece).first(std::min(piece.size(), hits.size() - at));
      codes_.unpack(first + at, codes);
      for (size_t i = 0; i < codes.size(); ++i) hits[at + i] = of_code[codes[i]];
    }
  }

  /// hits[i] of the packed digits at `at`, one behind the other.
  static void find_packed(std::string_view want, const char* at, std::span<uint8_t> hits) {
    // Most differ at their beginning. There are four bytes at least.
    uint32_t first_of_want, first;
    static_assert(kMinDigits / 2 >= sizeof first);
    std::memcpy(&first_of_want, want.data(), sizeof first);
    for (uint8_t& hit : hits) {
      std::memcpy(&first, at, sizeof first);
      hit = first == first_of_want && std::memcmp(at, want.data(), want.size()) == 0;
      at += want.size();
    }
  }

  HexPattern pattern_;
  uint8_t flags_;
  uint32_t stored_;
  const char* bytes_;
  PackedBits codes_;
};

/// `codes` of the values that are not empty, raised by one, among 0 for those that are.
std::vector<uint32_t> with_empty(std::span<const std::string_view> values, std::span<const uint32_t> codes) {
  std::vector<uint32_t> out(values.size());
  size_t next = 0;
  for (size_t i = 0; i < values.size(); ++i)
    if (!values[i].empty()) out[i] = codes[next++] + 1;
  return out;
}

}  // namespace

bool write_hex(const ValuesInput& in, std::string& out) {
  const auto first = std::find_if(in.values.begin(), in.values.end(), [](std::string_view v) { return !v.empty(); });
  if (first == in.values.end() || first->size() >= HexPattern::kMost) return false;
  const HexPattern pattern = HexPattern::of(*first);
  if (pattern.digits() < kMinDigits || first->find('\0') != std::string_view::npos) return false;
  const size_t bytes = pattern.bytes();
  std::string packed(in.values.size() * bytes, '\0');
  size_t filled = 0;
  for (const std::string_view v : in.values) {
    if (v.empty()) continue;
    if (!pattern.pack(v, packed.data() + filled)) return false;
    filled += bytes;
  }
  packed.resize(filled);
  const bool has_empty = filled < in.values.size() * bytes;
  DistinctIds distinct(packed, bytes);
  std::vector<uint32_t> codes = distinct.codes();
  if (has_empty) codes = with_empty(in.values, codes);
  const unsigned width = bits_for(distinct.size() + has_empty - 1);
  const bool shared = has_empty || distinct.size() * bytes + packed_bytes(codes.size(), width) < packed.size();
  put_bytes(out, pattern.text());
  out += static_cast<char>((shared ? kShared : 0) | (has_empty ? kHasEmpty : 0));
  put_varint(out, shared ? distinct.size() : codes.size());
  out += shared ? distinct.entries() : packed;
  if (shared) pack_bits(out, std::span<const uint32_t>(codes), width);
  return true;
}

HexColumn::HexColumn(std::string_view encoded, size_t values) {
  ByteReader in(encoded.substr(1));
  pattern = in.bytes();
  bytes = HexPattern(std::string(pattern)).bytes();
  const auto flags = in.fixed<uint8_t>();
  const uint64_t stored = in.varint();
  ids = in.take(stored * bytes);
  if (!(flags & kShared)) return;
  const uint32_t empty = flags & kHasEmpty ? 1 : 0;
  std::string padded(in.rest());
  padded.append(PackedBits::kPadding, '\0');
  codes.resize(values);
  PackedBits(padded.data(), bits_for(stored + empty - 1)).unpack(0, codes);
  for (uint32_t& code : codes) code -= empty;
}

std::vector<std::string_view> distinct_hex(std::string_view encoded, std::span<const std::string_view> values) {
  const HexColumn column(encoded, values.size());
  if (column.codes.empty()) return {values.begin(), values.end()};
  std::vector<std::string_view> out;
  const size_t ids = column.ids.size() / column.bytes;
  out.reserve(ids);
  for (size_t i = 0; i < values.size() && out.size() < ids; ++i)
    if (column.codes[i] == out.size()) out.push_back(values[i]);
  return out;
}

std::unique_ptr<Values> read_hex(std::string_view bytes, uint32_t size) {
  ByteReader in(bytes);
  const std::string_view text = in.bytes();
  const auto flags = in.fixed<uint8_t>();
  const uint64_t stored = in.varint();
  if (!in.ok() || text.size() >= HexPattern::kMost || stored >= UINT32_MAX) return nullptr;
  HexPattern pattern{std::string(text)};
  if (pattern.digits() < kMinDigits) return nullptr;
  const std::string_view entries = in.take(stored * pattern.bytes());
  const uint64_t codes = stored + (flags & kHasEmpty ? 1 : 0);
  const unsigned width = flags & kShared ? bits_for(codes - 1) : 0;
  if (!in.ok() || codes == 0 || in.rest().size() != packed_bytes(size, width) || (!(flags & kShared) && (stored != size || flags & kHasEmpty))) return nullptr;
  const PackedBits packed(in.rest().data(), width);
  if (flags & kShared && !all_below(packed, size, codes)) return nullptr;
  return std::make_unique<HexValues>(size, std::move(pattern), flags, static_cast<uint32_t>(stored), entries.data(), packed);
}

}  // namespace sleipnir::storage
