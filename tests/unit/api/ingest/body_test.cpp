#include <doctest/doctest.h>
#include <snappy.h>
#include <zlib.h>
#include <lz4frame.h>
#include <zstd.h>

#include "api/ingest/body.h"

using namespace sleipnir;
using namespace sleipnir::api;

namespace {

constexpr uint64_t kLimit = 1 << 20;

std::string deflated(std::string_view in, int window_bits) {
  z_stream z{};
  REQUIRE(deflateInit2(&z, 6, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&z, in.size()) + 32, '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
  z.avail_in = in.size();
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = out.size();
  REQUIRE(deflate(&z, Z_FINISH) == Z_STREAM_END);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}
std::string gzipped(std::string_view in) { return deflated(in, 15 + 16); }

std::string zstd_frame(std::string_view in) {
  std::string out(ZSTD_compressBound(in.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), in.data(), in.size(), 3));
  return out;
}

std::string snapped(std::string_view in) {
  std::string out;
  snappy::Compress(in.data(), in.size(), &out);
  return out;
}

using Decoder = Result<void> (*)(std::string_view, uint64_t, std::string&, MemoryShare*);

std::string result_of(Decoder decode, std::string_view in, uint64_t limit = kLimit) {
  std::string out = "old";
  const auto done = decode(in, limit, out, nullptr);
  return done ? out : "! " + done.error().message;
}

}  // namespace

TEST_CASE("every encoding gives the body back") {
  std::string big;
  for (int i = 0; i < 90000; ++i) big += std::to_string(i * 7919 % 1000003), big += ' ';
  REQUIRE(big.size() < kLimit);
  for (const std::string& body : {std::string(), std::string("x"), std::string(300000, 'a'), big}) {
    CHECK((result_of(gunzip, gzipped(body)) == body));
    CHECK((result_of(inflate_raw, deflated(body, -15)) == body));
    CHECK((result_of(unzstd, zstd_frame(body)) == body));
    CHECK((result_of(unsnap, snapped(body)) == body));
  }
  CHECK(result_of(gunzip, gzipped("one ") + gzipped("two")) == "one two");
  CHECK(result_of(unzstd, zstd_frame("one ") + zstd_frame("two")) == "one two");
}

TEST_CASE("nothing is inflated beyond the limit") {
  const std::string body(kLimit + 1, 'a'), fits(kLimit, 'a');
  const auto f = [](Decoder decode, const std::string& in) {
    std::string out;
    const auto done = decode(in, kLimit, out, nullptr);
    REQUIRE_FALSE(done);
    CHECK(done.error().kind == ErrorKind::kTooLarge);
    CHECK(done.error().message == "request body too large: decompressed message size too large than max (1048577 vs 1048576)");
    CHECK(out.size() <= kLimit + 1);
  };
  f(gunzip, gzipped(body)), f(inflate_raw, deflated(body, -15)), f(unzstd, zstd_frame(body)), f(unsnap, snapped(body));
  CHECK((result_of(gunzip, gzipped(fits)) == fits));
  CHECK((result_of(inflate_raw, deflated(fits, -15)) == fits));
  CHECK((result_of(unzstd, zstd_frame(fits)) == fits));
  CHECK((result_of(unsnap, snapped(fits)) == fits));
}

TEST_CASE("damaged bodies") {
  const std::string good = gzipped("some text to compress");
  std::string damaged = good;
  damaged[damaged.size() - 6] ^= 1;
  CHECK(result_of(gunzip, "") == "! EOF");
  CHECK(result_of(gunzip, good.substr(0, 5)) == "! unexpected EOF");
  CHECK(result_of(gunzip, good.substr(0, good.size() - 3)) == "! unexpected EOF");
  CHECK(result_of(gunzip, "{\"streams\":[]}") == "! gzip: invalid header");
  CHECK(result_of(gunzip, good + "0123456789") == "! gzip: invalid header");
  CHECK(result_of(gunzip, damaged) == "! gzip: invalid checksum");
  CHECK(result_of(inflate_raw, "\xff\xff\xff\xff").starts_with("! flate: corrupt input before offset "));
  CHECK(result_of(inflate_raw, "") == "! unexpected EOF");
  CHECK(result_of(unzstd, "not zstd at all").starts_with("! zstd: "));
  CHECK(result_of(unzstd, zstd_frame("text").substr(0, 8)) == "! unexpected EOF");
  CHECK(result_of(unsnap, "") == "! snappy: corrupt input");
  CHECK(result_of(unsnap, "{\"streams\":[]}") == "! snappy: corrupt input");
  CHECK(result_of(unsnap, "\x80\x80\x80\x80\x10" "abc") == "! snappy: corrupt input");
  CHECK(result_of(unsnap, std::string("\xff\xff\xff\x7f\0a", 6)) == "! snappy: corrupt input");
}

TEST_CASE("LZ4 frames") {
  const auto frame = [](const std::string& text) {
    std::string out(LZ4F_compressFrameBound(text.size(), nullptr), '\0');
    out.resize(LZ4F_compressFrame(out.data(), out.size(), text.data(), text.size(), nullptr));
    return out;
  };
  const std::string large(700 << 10, 'x');
  CHECK(result_of(unlz4, frame("plain")) == "plain");
  CHECK(result_of(unlz4, frame("")) == "");
  CHECK(result_of(unlz4, frame(large)) == large);
  CHECK(result_of(unlz4, frame("one, ") + frame("two")) == "one, two");
  CHECK(result_of(unlz4, frame(large), 100).starts_with("! request body too large"));
  CHECK(result_of(unlz4, frame(large).substr(0, 50)) == "! unexpected EOF");
  CHECK(result_of(unlz4, "nonsense").starts_with("! lz4: "));
}
