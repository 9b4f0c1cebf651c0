#include "api/ingest/body.h"

#include <algorithm>
#include <cstring>
#include <memory>

#include <snappy.h>
#include <zlib.h>
#include <zstd.h>

#include "api/memory_budget.h"

namespace sleipnir::api {
namespace {

constexpr size_t kGrowBytes = 256 << 10;


struct Inflater {
  z_stream stream{};
  explicit Inflater(int window_bits) { ready = inflateInit2(&stream, window_bits) == Z_OK; }
  ~Inflater() { if (ready) inflateEnd(&stream); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  bool ready = false;
};

Error inflate_error(const z_stream& stream, bool gzip) {
  const std::string_view text = stream.msg ? stream.msg : "";
  if (gzip && (text == "incorrect header check" || text == "unknown compression method" || text == "unknown header flags set"))
    return invalid("gzip: invalid header");
  if (gzip && (text == "incorrect data check" || text == "incorrect length check")) return invalid("gzip: invalid checksum");
  return invalid("flate: corrupt input before offset " + std::to_string(stream.total_in));
}

/// zlib counts in 32 bits; bodies are far smaller (kMaxBodyBytes), longer ones are refused.
Result<void> inflate_all(std::string_view in, uint64_t limit, bool gzip, std::string& out, MemoryShare* memory) {
  constexpr int kGzipWindow = 15 + 16, kRawWindow = -15;
  Inflater inflater(gzip ? kGzipWindow : kRawWindow);
  if (!inflater.ready) return Error{ErrorKind::kInternal, "cannot start zlib"};
  if (in.size() > UINT32_MAX) return body_too_large(in.size(), UINT32_MAX);
  z_stream& z = inflater.stream;
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
  z.avail_in = static_cast<uInt>(in.size());
  size_t used = 0;
  out.clear();
  for (;;) {
    if (out.size() == used)
      if (auto grown = grow_body(out, limit, memory); !grown) return grown;
    const size_t room = out.size() - used;
    z.next_out = reinterpret_cast<Bytef*>(out.data() + used);
    z.avail_out = static_cast<uInt>(std::min<size_t>(room, UINT32_MAX));
    const uInt offered = z.avail_out;
    const int state = inflate(&z, Z_NO_FLUSH);
    used += offered - z.avail_out;
    if (used > limit) return decompressed_too_large(used, limit);
    if (state == Z_STREAM_END) {
      if (!gzip || z.avail_in == 0) break;
      inflateReset(&z);  // gzip members follow one another
    } else if (state == Z_BUF_ERROR || (state == Z_OK && z.avail_in == 0 && z.avail_out != 0)) {
      return invalid("unexpected EOF");
    } else if (state != Z_OK) {
      return inflate_error(z, gzip);
    }
  }
  out.resize(used);
  return {};
}

}  // namespace

Error decompressed_too_large(uint64_t got, uint64_t limit) {
  return {ErrorKind::kTooLarge, "request body too large: decompressed message size too large than max (" + std::to_string(got) + " vs " +
                                    std::to_string(limit) + ")"};
}

Error body_too_large(uint64_t got, uint64_t limit) {
  return {ErrorKind::kTooLarge,
          "request body too large: message size too large than max (" + std::to_string(got) + " vs " + std::to_string(limit) + ")"};
}

Result<void> grow_body(std::string& out, uint64_t limit, MemoryShare* memory) {
  const uint64_t want = std::min<uint64_t>(std::max<uint64_t>(kGrowBytes, out.size() * 2), limit + 1);
  if (memory != nullptr && want > out.size())
    if (auto taken = memory->take(want - out.size()); !taken) return taken;
  out.resize(want);
  return {};
}

Result<void> gunzip(std::string_view in, uint64_t limit, std::string& out, MemoryShare* memory) {
  constexpr size_t kHeaderBytes = 10;
  if (in.empty()) return invalid("EOF");
  if (in.size() < kHeaderBytes) return invalid("unexpected EOF");
  return inflate_all(in, limit, true, out, memory);
}

Result<void> inflate_raw(std::string_view in, uint64_t limit, std::string& out, MemoryShare* memory) { return inflate_all(in, limit, false, out, memory); }

Result<void> unzstd(std::string_view in, uint64_t limit, std::string& out, MemoryShare* memory) {
  constexpr int kMaxWindowLog = 27;  // 128 MiB: what decoders are asked to accept at most
  std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(), ZSTD_freeDCtx);
  if (!context) return Error{ErrorKind::kInternal, "cannot start zstd"};
  ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, kMaxWindowLog);
  ZSTD_inBuffer source{in.data(), in.size(), 0};
  size_t used = 0, state = 0;
  bool full = false;  // then more output may be waiting, though the input is at its end
  out.clear();
  while (source.pos < source.size || (full && state != 0)) {
    if (out.size() == used)
      if (auto grown = grow_body(out, limit, memory); !grown) return grown;
    ZSTD_outBuffer target{out.data() + used, out.size() - used, 0};
    state = ZSTD_decompressStream(context.get(), &target, &source);
    if (ZSTD_isError(state)) return invalid(std::string("zstd: ") + ZSTD_getErrorName(state));
    used += target.pos;
    if (used > limit) return decompressed_too_large(used, limit);
    full = target.pos == target.size;
  }
  if (state != 0) return invalid("unexpected EOF");
  out.resize(used);
  return {};
}

Result<UnpackedBody> unsnap(std::string_view in, uint64_t limit, MemoryShare* memory) {
  // Each element of the format is at least two bytes and yields at most 64.
  constexpr uint64_t kMaxExpansion = 32;
  size_t length = 0;
  if (!snappy::GetUncompressedLength(in.data(), in.size(), &length)) return invalid("snappy: corrupt input");
  if (length > kMaxExpansion * in.size()) return invalid("snappy: corrupt input");
  if (length > limit) return decompressed_too_large(length, limit);
  if (memory != nullptr)
    if (auto taken = memory->take(length); !taken) return taken.error();
  UnpackedBody out{std::make_unique_for_overwrite<char[]>(length), length};
  if (!snappy::RawUncompress(in.data(), in.size(), out.bytes.get())) return invalid("snappy: corrupt input");
  return out;
}

Result<void> unsnap(std::string_view in, uint64_t limit, std::string& out, MemoryShare* memory) {
  auto unpacked = unsnap(in, limit, memory);
  if (!unpacked) return unpacked.error();
  out = unpacked->view();
  return {};
}

}  // namespace sleipnir::api
