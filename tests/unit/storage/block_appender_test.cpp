// What is appended stands in the file, followed by less than a block of zeros, whether the file system writes past the page cache or not.
#include <doctest/doctest.h>

#include "storage/block_appender.h"
#include "unit/storage/fixture.h"

namespace sleipnir::storage {

TEST_CASE("appended blocks") {
  const auto f = [](const std::filesystem::path& folder, bool direct) {
    CAPTURE(folder);
    const auto path = folder / ("appended-" + std::to_string(::getpid()));
    std::mt19937 random(direct);
    auto file = BlockAppender::create(path, direct);
    REQUIRE(file.ok());
    std::string want;
    for (int i = 0; i < 60; ++i) {
      std::vector<std::string> pieces(1 + random() % 3);
      for (std::string& p : pieces) p.assign(random() % (random() % 8 ? 5000 : 600000), static_cast<char>('a' + random() % 26));
      REQUIRE(file->append(std::vector<std::string_view>(pieces.begin(), pieces.end())).ok());
      for (const std::string& p : pieces) want += p;
      CHECK(file->bytes() == want.size());
      if (i % 7 == 0) REQUIRE(file->truncate().ok());
      const std::string found = *read_file(path);
      REQUIRE(found.substr(0, want.size()) == want);
      CHECK(found.find_first_not_of('\0', want.size()) == std::string::npos);
      CHECK(found.size() - want.size() < 4096);
    }
    REQUIRE(file->sync().ok());
    std::filesystem::remove(path);
  };
  TemporaryFolder memory;
  f(memory.path(), true);
  f(memory.path(), false);
  f(std::filesystem::temp_directory_path(), true);
}

}  // namespace sleipnir::storage
