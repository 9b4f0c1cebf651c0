// ISO 8601 times that follow the entry's own timestamp: "2026-03-01T00:00:00.123456Z". Stored is the difference to the entry's timestamp in units of the
// last digit, usually 0 for all.
//   u8 fraction digits, u8 separator, string suffix, u8 width, varint zigzag(base), packed
#include <algorithm>
#include <charconv>
#include <chrono>
#include <limits>

#include "storage/bytes.h"
#include "storage/column/bits.h"
#include "storage/column/values.h"

namespace sleipnir::storage {
namespace {

constexpr size_t kDateTime = 19;  // 2026-03-01T00:00:00
constexpr int64_t kUnit[] = {1000000000, 100000000, 10000000, 1000000, 100000, 10000, 1000, 100, 10, 1};

struct Format {
  unsigned fraction = 0;
  char separator = 'T';
  std::string suffix;
  size_t length() const { return kDateTime + (fraction ? fraction + 1 : 0) + suffix.size(); }
  int64_t unit() const { return kUnit[fraction]; }
};

bool two(std::string_view s, size_t at, int64_t& out) {
  if (s[at] < '0' || s[at] > '9' || s[at + 1] < '0' || s[at + 1] > '9') return false;
  out = (s[at] - '0') * 10 + (s[at + 1] - '0');
  return true;
}

int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b < 0); }
/// a + b modulo 2⁶⁴: timestamps, and the differences of a damaged column, are anything.
int64_t wrapping_add(int64_t a, uint64_t b) { return static_cast<int64_t>(static_cast<uint64_t>(a) + b); }
/// What floor_div leaves, in [0, b).
int64_t floor_rest(int64_t a, int64_t b) { return a % b < 0 ? a % b + b : a % b; }

/// The date of the second `t`, digits written to `out[0..19)`.
void print_second(int64_t t, char separator, char* out) {
  using namespace std::chrono;
  const int64_t day = floor_div(t, 86400), rest = floor_rest(t, 86400);
  const year_month_day date{sys_days{days{day}}};
  const auto put = [](char* to, unsigned two) {
    to[0] = static_cast<char>('0' + two / 10);
    to[1] = static_cast<char>('0' + two % 10);
  };
  const auto year = static_cast<unsigned>(static_cast<int>(date.year())), of_day = static_cast<unsigned>(rest);
  put(out, year / 100 % 100);
  put(out + 2, year % 100);
  put(out + 5, static_cast<unsigned>(date.month()));
  put(out + 8, static_cast<unsigned>(date.day()));
  put(out + 11, of_day / 3600);
  put(out + 14, of_day / 60 % 60);
  put(out + 17, of_day % 60);
  out[4] = out[7] = '-';
  out[10] = separator;
  out[13] = out[16] = ':';
}

/// Time in units of the format's last digit; nullopt where the text is not exactly what print would write.
std::optional<int64_t> parse(const Format& format, std::string_view s) {
  if (s.size() != format.length() || s[4] != '-' || s[7] != '-' || s[10] != format.separator || s[13] != ':' || s[16] != ':') return std::nullopt;
  int64_t century, year, month, day, hour, minute, second;
  if (!two(s, 0, century) || !two(s, 2, year) || !two(s, 5, month) || !two(s, 8, day) || !two(s, 11, hour) || !two(s, 14, minute) || !two(s, 17, second)) return std::nullopt;
  using namespace std::chrono;
  const year_month_day date{std::chrono::year{static_cast<int>(century * 100 + year)}, std::chrono::month{static_cast<unsigned>(month)}, std::chrono::day{static_cast<unsigned>(day)}};
  // Years in which 64-bit nanoseconds hold every instant.
  if (!date.ok() || century < 17 || century > 21 || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  int64_t t = (sys_days{date}.time_since_epoch().count() * int64_t{86400} + hour * 3600 + minute * 60 + second) * (kSecond / format.unit());
  if (format.fraction) {
    uint32_t fraction = 0;
    const char* from = s.data() + kDateTime + 1;
    if (s[kDateTime] != '.') return std::nullopt;
    const auto [end, ec] = std::from_chars(from, from + format.fraction, fraction);
    if (ec != std::errc() || end != from + format.fraction) return std::nullopt;
    t += fraction;
  }
  if (s.substr(s.size() - format.suffix.size()) != format.suffix) return std::nullopt;
  return t;
}

std::optional<Format> format_of(std::string_view s) {
  if (s.size() < kDateTime || s.size() > kDateTime + 16) return std::nullopt;
  Format f;
  f.separator = s[10];
  if (f.separator != 'T' && f.separator != ' ') return std::nullopt;
  size_t at = kDateTime;
  if (at < s.size() && s[at] == '.') {
    for (++at; at < s.size() && s[at] >= '0' && s[at] <= '9'; ++at) ++f.fraction;
    if (f.fraction == 0 || f.fraction > 9) return std::nullopt;
  }
  f.suffix = s.substr(at);
  return f;
}

class TimeValues : public Values {
 public:
  TimeValues(uint32_t size, Format format, int64_t base, PackedBits bits, std::span<const Nanos> timestamps)
      : format_(std::move(format)), base_(base), bits_(bits), timestamps_(timestamps) { size_ = size; }
  Encoding encoding() const override { return Encoding::kTime; }
  uint32_t length(uint32_t) const override { return static_cast<uint32_t>(format_.length()); }
  void append(uint32_t i, std::string& out) const override {
    const int64_t units = wrapping_add(wrapping_add(floor_div(timestamps_[i], format_.unit()), static_cast<uint64_t>(base_)), bits_[i]);
    const int64_t scale = kSecond / format_.unit(), second = floor_div(units, scale);
    char buffer[kDateTime];
    print_second(second, format_.separator, buffer);
    out.append(buffer, kDateTime);
    if (format_.fraction) {
      out += '.';
      char digits[16];
      const auto n = static_cast<size_t>(std::to_chars(digits, digits + sizeof digits, floor_rest(units, scale)).ptr - digits);
      out.append(format_.fraction - n, '0');
      out.append(digits, n);
    }
    out += format_.suffix;
  }
  bool may_hold(const TextTest& test) const override {
    const std::string alphabet = "0123456789-:. " + format_.suffix + format_.separator;
    return test.text.size() <= format_.length() && test.text.find_first_not_of(alphabet) == std::string::npos;
  }
  void test(const TextTest& test, uint32_t first, std::span<uint8_t> hits) const override {
    if (may_hold(test)) Values::test(test, first, hits);
    else std::fill(hits.begin(), hits.end(), 0);
  }

 private:
  Format format_;
  int64_t base_;
  PackedBits bits_;
  std::span<const Nanos> timestamps_;
};

}  // namespace

bool looks_like_time(std::string_view value) { return format_of(value) && parse(*format_of(value), value); }

bool write_time(const ValuesInput& in, std::string& out) {
  if (in.values.empty() || in.timestamps.size() != in.values.size()) return false;
  const auto format = format_of(in.values[0]);
  if (!format) return false;
  std::vector<uint64_t> offsets;
  offsets.reserve(in.values.size());
  int64_t low = std::numeric_limits<int64_t>::max(), high = std::numeric_limits<int64_t>::min();
  for (size_t i = 0; i < in.values.size(); ++i) {
    const auto t = parse(*format, in.values[i]);
    if (!t) return false;
    const int64_t d = wrapping_add(*t, -static_cast<uint64_t>(floor_div(in.timestamps[i], format->unit())));
    low = std::min(low, d);
    high = std::max(high, d);
    offsets.push_back(static_cast<uint64_t>(d));
  }
  for (uint64_t& o : offsets) o -= static_cast<uint64_t>(low);
  const unsigned width = bits_for(static_cast<uint64_t>(high) - static_cast<uint64_t>(low));
  out += static_cast<char>(format->fraction);
  out += format->separator;
  put_bytes(out, format->suffix);
  out += static_cast<char>(width);
  put_varint(out, zigzag_delta(static_cast<uint64_t>(low), 0));
  pack_bits(out, std::span<const uint64_t>(offsets), width);
  return true;
}

std::unique_ptr<Values> read_time(std::string_view bytes, uint32_t size, std::span<const Nanos> timestamps) {
  ByteReader in(bytes);
  Format format;
  format.fraction = in.fixed<uint8_t>();
  format.separator = static_cast<char>(in.fixed<uint8_t>());
  format.suffix = in.bytes();
  const unsigned width = in.fixed<uint8_t>();
  const auto base = static_cast<int64_t>(undo_zigzag_delta(in.varint(), 0));
  if (!in.ok() || format.fraction > 9 || format.suffix.size() > 16 || width > 64 || timestamps.size() != size || in.rest().size() != packed_bytes(size, width)) return nullptr;
  return std::make_unique<TimeValues>(size, std::move(format), base, PackedBits(in.rest().data(), width), timestamps);
}

}  // namespace sleipnir::storage
