#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "storage/part/id_index.h"

namespace sleipnir::storage {
namespace {

TEST_CASE("a lookup finds what reading the page finds") {
  std::mt19937 random(1);
  for (const uint32_t spread : {1u, 50u, 1000000u}) {
    std::vector<IdEntry> entries;
    for (int i = 0; i < 1000; ++i) entries.push_back({1000 + static_cast<uint32_t>(random() % (1000 * spread)), static_cast<uint32_t>(random() % 90)});
    std::sort(entries.begin(), entries.end());
    std::string bytes;
    put_id_page(bytes, entries);
    const IdPage page{entries.front().fingerprint, 1000, {}};
    std::vector<IdEntry> read;
    REQUIRE(read_id_page(bytes, page, read));
    CHECK(read == entries);
    const auto f = [&](uint32_t fingerprint) {
      std::vector<uint32_t> want, found;
      for (const IdEntry& e : entries)
        if (e.fingerprint == fingerprint) want.push_back(e.block);
      CHECK(find_in_id_page(bytes, page, fingerprint, found));
      CHECK(found == want);
    };
    for (const IdEntry& e : entries) f(e.fingerprint);
    f(0);
    f(UINT32_MAX);
    f(entries[500].fingerprint + 1);
    std::vector<uint32_t> found;
    CHECK(!find_in_id_page(bytes.substr(0, bytes.size() - 1), page, UINT32_MAX, found));
  }
}

}  // namespace
}  // namespace sleipnir::storage
