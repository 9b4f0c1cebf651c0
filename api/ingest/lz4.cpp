#include <algorithm>
#include <memory>

#include <lz4frame.h>

#include "api/ingest/body.h"

namespace sleipnir::api {

Result<void> unlz4(std::string_view in, uint64_t limit, std::string& out, MemoryShare* memory) {
  LZ4F_dctx* created = nullptr;
  if (LZ4F_isError(LZ4F_createDecompressionContext(&created, LZ4F_VERSION))) return Error{ErrorKind::kInternal, "cannot start lz4"};
  const std::unique_ptr<LZ4F_dctx, decltype(&LZ4F_freeDecompressionContext)> context(created, LZ4F_freeDecompressionContext);
  out.clear();
  size_t used = 0, missing = 0;  // missing: what the frame still needs, 0 between frames
  for (bool full = false; !in.empty() || (full && missing);) {
    if (out.size() == used)
      if (auto grown = grow_body(out, limit, memory); !grown) return grown;
    size_t written = out.size() - used, taken = in.size();
    missing = LZ4F_decompress(context.get(), out.data() + used, &written, in.data(), &taken, nullptr);
    if (LZ4F_isError(missing)) return invalid(std::string("lz4: ") + LZ4F_getErrorName(missing));
    in.remove_prefix(taken);
    used += written;
    if (used > limit) return decompressed_too_large(used, limit);
    full = used == out.size();
  }
  if (missing) return invalid("unexpected EOF");
  out.resize(used);
  return {};
}

}  // namespace sleipnir::api
