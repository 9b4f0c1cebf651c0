#include "storage/column/zstd_bytes.h"

#include <memory>

#include <zstd.h>

#include "storage/bytes.h"

namespace sleipnir::storage {
namespace {

struct FreeContext {
  void operator()(ZSTD_CCtx* c) const { ZSTD_freeCCtx(c); }
  void operator()(ZSTD_DCtx* c) const { ZSTD_freeDCtx(c); }
};

ZSTD_CCtx* compressor() {
  static thread_local std::unique_ptr<ZSTD_CCtx, FreeContext> context(ZSTD_createCCtx());
  return context.get();
}
ZSTD_DCtx* decompressor() {
  static thread_local std::unique_ptr<ZSTD_DCtx, FreeContext> context(ZSTD_createDCtx());
  return context.get();
}

}  // namespace

void put_compressed(std::string& out, std::string_view raw, int level) {
  std::string packed(ZSTD_compressBound(raw.size()), '\0');
  const size_t n = ZSTD_compressCCtx(compressor(), packed.data(), packed.size(), raw.data(), raw.size(), level);
  const bool pays = !ZSTD_isError(n) && n < raw.size() - raw.size() / 8;
  put_varint(out, raw.size());
  put_bytes(out, pays ? std::string_view(packed).substr(0, n) : raw);
}

std::optional<std::string> get_compressed(std::string_view& in, size_t limit) {
  ByteReader reader(in);
  const uint64_t size = reader.varint();
  const std::string_view stored = reader.bytes();
  if (!reader.ok() || size > limit || stored.size() > size) return std::nullopt;
  in = reader.rest();
  std::string raw;
  if (stored.size() == size) {
    raw.assign(stored);
    return raw;
  }
  raw.resize(size);
  const size_t n = ZSTD_decompressDCtx(decompressor(), raw.data(), raw.size(), stored.data(), stored.size());
  if (ZSTD_isError(n) || n != size) return std::nullopt;
  return raw;
}

}  // namespace sleipnir::storage
