#include "api/http/compress.h"

#include <zlib.h>
#include <zstd.h>

#include <array>
#include <charconv>

#include "api/http/split.h"
#include "base/text.h"

namespace sleipnir::api {
namespace {

constexpr size_t kBlock = 64 << 10;

/// `q=0.5`, in thousandths; 1000 where nothing is said, 0 where it is nonsense.
int weight_of(std::string_view parameters) {
  int weight = 1000;
  each_part(parameters, ';', [&](std::string_view item) {
    item = trim_space(item);
    if (!item.starts_with("q=") && !item.starts_with("Q=")) return;
    double value = 0;
    const auto [end, error] = std::from_chars(item.data() + 2, item.data() + item.size(), value);
    weight = error == std::errc() && end == item.data() + item.size() && value >= 0 && value <= 1 ? static_cast<int>(value * 1000 + 0.5) : 0;
  });
  return weight;
}

class Plain : public Compressor {
 public:
  explicit Plain(Write write) : write_(std::move(write)) {}
  bool add(std::string_view bytes) override { return ok_ = ok_ && (bytes.empty() || write_(bytes.data(), bytes.size())); }
  bool finish() override { return ok_; }

 private:
  Write write_;
  bool ok_ = true;
};

class Gzip : public Compressor {
 public:
  explicit Gzip(Write write) : write_(std::move(write)) {
    constexpr int kGzipWindow = 15 + 16, kMemory = 8;
    ok_ = deflateInit2(&z_, 1, Z_DEFLATED, kGzipWindow, kMemory, Z_DEFAULT_STRATEGY) == Z_OK;
  }
  ~Gzip() override { deflateEnd(&z_); }
  bool add(std::string_view bytes) override {
    constexpr size_t kMost = 1 << 30;  // avail_in has 32 bits
    for (; ok_ && !bytes.empty(); bytes.remove_prefix(std::min(kMost, bytes.size()))) run(bytes.substr(0, kMost), Z_NO_FLUSH);
    return ok_;
  }
  bool finish() override {
    if (ok_) run({}, Z_FINISH);
    return ok_;
  }

 private:
  void run(std::string_view in, int flush) {
    z_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    z_.avail_in = static_cast<uInt>(in.size());
    do {
      z_.next_out = reinterpret_cast<Bytef*>(out_.data());
      z_.avail_out = out_.size();
      deflate(&z_, flush);
      if (const size_t n = out_.size() - z_.avail_out; n > 0) ok_ = write_(out_.data(), n);
    } while (ok_ && z_.avail_out == 0);
  }

  Write write_;
  z_stream z_{};
  std::array<char, kBlock> out_;
  bool ok_;
};

class Zstd : public Compressor {
 public:
  explicit Zstd(Write write) : write_(std::move(write)), context_(ZSTD_createCCtx(), ZSTD_freeCCtx) {
    ok_ = context_ && !ZSTD_isError(ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, 1));
  }
  bool add(std::string_view bytes) override { return run(bytes, ZSTD_e_continue); }
  bool finish() override { return run({}, ZSTD_e_end); }

 private:
  bool run(std::string_view bytes, ZSTD_EndDirective directive) {
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    for (bool done = false; ok_ && !done;) {
      ZSTD_outBuffer out{out_.data(), out_.size(), 0};
      const size_t left = ZSTD_compressStream2(context_.get(), &out, &in, directive);
      ok_ = !ZSTD_isError(left) && (out.pos == 0 || write_(out_.data(), out.pos));
      done = directive == ZSTD_e_end ? left == 0 : in.pos == in.size;
    }
    return ok_;
  }

  Write write_;
  std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context_;
  std::array<char, kBlock> out_;
  bool ok_;
};

}  // namespace

Encoding choose_encoding(std::string_view accept_encoding) {
  int zstd = -1, gzip = -1, identity = -1, any = -1;
  each_part(accept_encoding, ',', [&](std::string_view item) {
    const size_t end = std::min(item.find(';'), item.size());
    const std::string name = to_lower(trim_space(item.substr(0, end)));
    const int weight = weight_of(item.substr(end));
    if (name == "zstd") zstd = weight;
    else if (name == "gzip" || name == "x-gzip") gzip = weight;
    else if (name == "identity") identity = weight;
    else if (name == "*") any = weight;
  });
  if (zstd < 0) zstd = std::min(any, 0);  // `*` alone: only what every client knows
  if (gzip < 0) gzip = any;
  const int best = std::max({zstd, gzip, 0});
  if (best == 0 || identity > best) return Encoding::kIdentity;
  return zstd == best ? Encoding::kZstd : Encoding::kGzip;
}

std::string_view encoding_name(Encoding encoding) { return encoding == Encoding::kGzip ? "gzip" : encoding == Encoding::kZstd ? "zstd" : ""; }

std::unique_ptr<Compressor> Compressor::make(Encoding encoding, Write write) {
  switch (encoding) {
    case Encoding::kGzip: return std::make_unique<Gzip>(std::move(write));
    case Encoding::kZstd: return std::make_unique<Zstd>(std::move(write));
    case Encoding::kIdentity: break;
  }
  return std::make_unique<Plain>(std::move(write));
}

}  // namespace sleipnir::api
