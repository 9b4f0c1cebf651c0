#include "api/process_memory.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "scratch.h"

using namespace sleipnir;
using namespace sleipnir::api;

TEST_CASE("the least limit of a control group and those around it") {
  const auto root = testing::scratch_folder("groups");
  const auto limit = [&](const std::string& group, const std::string& text) {
    std::filesystem::create_directories(root.string() + group);
    std::ofstream(root.string() + group + "/memory.max") << text << '\n';
  };
  limit("", "max");
  limit("/system.slice", "800");
  limit("/system.slice/sleipnir.service", "900");
  limit("/system.slice/sleipnir.service/inner", "700");
  limit("/free", "max");
  const auto f = [&](const std::string& group, uint64_t want) { CHECK(group_memory(root.string(), group, 1000) == want); };
  f("/system.slice/sleipnir.service/inner", 700);
  f("/system.slice/sleipnir.service", 800);
  f("/free", 1000);
  f("/", 1000);
  f("", 1000);
  f("/not/there", 1000);
  limit("", "300");  // a container sees its own group as the root
  f("/", 300);
  f("/free", 300);
  std::filesystem::remove_all(root);
  CHECK(process_memory() >= uint64_t{1} << 30);
}
