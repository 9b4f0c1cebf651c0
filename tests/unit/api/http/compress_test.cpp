#include "api/http/compress.h"

#include <doctest/doctest.h>
#include <zstd.h>

#include "api/ingest/body.h"

using namespace sleipnir;
using namespace sleipnir::api;

TEST_CASE("what of an Accept-Encoding header is chosen") {
  const auto f = [](std::string_view header, std::string_view want) {
    CAPTURE(header);
    CHECK(encoding_name(choose_encoding(header)) == want);
  };
  f("", "");
  f("gzip", "gzip");
  f("zstd", "zstd");
  f("gzip, deflate, br, zstd", "zstd");
  f("br;q=1.0, gzip;q=0.8, zstd;q=0.5", "gzip");
  f("GZIP ; q=0.5", "gzip");
  f("gzip;q=0", "");
  f("gzip;q=0.0, zstd;q=0", "");
  f("gzip;q=0.001", "gzip");
  f("identity;q=0.9, gzip;q=0.5", "");
  f("identity, gzip", "gzip");
  f("*", "gzip");
  f("*;q=0", "");
  f("zstd;q=0, *", "gzip");
  f("gzip;q=0, *;q=1", "");
  f("gzip;q=nonsense", "");
  f("gzip;q=2", "");
  f("x-gzip", "gzip");
  f("deflate, br", "");
  f(",,;,gzip;;q=1", "gzip");
}

TEST_CASE("what is compressed comes back, in whatever pieces it was added") {
  const auto f = [](Encoding encoding, Result<void> (*unpack)(std::string_view, uint64_t, std::string&, MemoryShare*), size_t piece) {
    std::string text, packed, back;
    for (int i = 0; i < 100'000; ++i) text += std::to_string(i * 2654435761u) + ",";
    const auto out = Compressor::make(encoding, [&](const char* data, size_t n) {
      packed.append(data, n);
      return true;
    });
    for (size_t i = 0; i < text.size(); i += piece) CHECK(out->add(std::string_view(text).substr(i, piece)));
    CHECK(out->finish());
    REQUIRE(unpack(packed, 1 << 30, back, nullptr).ok());
    CHECK(back == text);
    CHECK(packed.size() < text.size() * 3 / 4);
  };
  for (const size_t piece : {997, 65536, 10'000'000}) {
    f(Encoding::kGzip, gunzip, piece);
    f(Encoding::kZstd, unzstd, piece);
  }
}

TEST_CASE("a reader that is gone stops the work") {
  for (const Encoding encoding : {Encoding::kIdentity, Encoding::kGzip, Encoding::kZstd}) {
    int calls = 0;
    const auto out = Compressor::make(encoding, [&](const char*, size_t) { return ++calls < 2; });
    std::string noise;
    for (uint64_t i = 1, x = 88172645463325252ull; i < 1'000'000; ++i) noise += static_cast<char>((x ^= x << 13, x ^= x >> 7, x ^= x << 17) >> 56);
    bool ok = true;
    for (int i = 0; i < 5; ++i) ok = out->add(noise);
    CHECK_FALSE(ok);
    CHECK_FALSE(out->finish());
    CHECK(calls == 2);
  }
}
