#include "storage/column/time_runs.h"

#include <algorithm>
#include <iterator>

#include "storage/bytes.h"
#include "storage/column/bits.h"
#include "storage/column/block_format.h"

namespace sleipnir::storage {
namespace {

/// The byte behind the offset: the width, and the grain above it. Widths of coarse grains never reach the bits of the grain.
constexpr unsigned kGrainShift = 6;
constexpr uint8_t kCoarse = 0x80;

/// The coarsest grain of which all differences are multiples.
uint8_t grain_of(std::span<const int64_t> differences) {
  uint8_t grain = std::size(kTimeGrains) - 1;
  for (size_t i = 0; i < differences.size() && grain > 0; ++i)
    while (grain > 0 && differences[i] % kTimeGrains[grain]) --grain;
  return grain;
}

}  // namespace

bool TimeRun::read(std::string_view head, TimeRun& run) {
  ByteReader in(head);
  run.first = in.fixed<uint64_t>();
  run.offset = in.fixed<uint32_t>();
  const auto width = in.fixed<uint8_t>();
  run.grain = width & kCoarse ? static_cast<uint8_t>((width >> kGrainShift) - 1) : 0;
  run.width = run.grain ? width & ((1u << kGrainShift) - 1) : width;
  return in.ok() && run.width <= 64;
}

void put_time_run(std::string& heads, std::string& bits, std::span<const Nanos> times) {
  int64_t differences[kTimeRun];
  differences[0] = 0;
  for (size_t i = 1; i < times.size(); ++i) differences[i] = static_cast<int64_t>(static_cast<uint64_t>(times[i]) - static_cast<uint64_t>(times[i - 1]));
  const uint8_t grain = grain_of(std::span(differences).first(times.size()));
  uint64_t coded[kTimeRun], most = 0;
  for (size_t i = 0; i < times.size(); ++i) {
    coded[i] = zigzag_delta(static_cast<uint64_t>(grain ? differences[i] / kTimeGrains[grain] : differences[i]), 0);
    most = std::max(most, coded[i]);
  }
  const unsigned width = bits_for(most);
  put_fixed(heads, times[0]);
  put_fixed(heads, static_cast<uint32_t>(bits.size()));
  put_fixed(heads, static_cast<uint8_t>(grain ? (grain + 1u) << kGrainShift | width : width));
  pack_bits(bits, std::span<const uint64_t>(coded).first(times.size()), width);
}

}  // namespace sleipnir::storage
