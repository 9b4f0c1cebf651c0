#pragma once
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "oracle/memory_source.h"

namespace sleipnir::testing {

/// Data and queries from a seed: streams with JSON, logfmt, plain and broken lines, structured metadata, equal timestamps; every operator
/// of the language over the labels that these have.
class Generator {
 public:
  explicit Generator(uint64_t seed) : random_(seed) {}

  static constexpr Nanos kBase = 1'700'000'000 * kSecond;
  static constexpr Nanos kSpan = 60 * kSecond;  ///< entries lie in [kBase, kBase + kSpan]

  std::vector<StoredEntry> entries();
  std::string log_query();
  std::string metric_query(int depth);

  uint64_t below(uint64_t n) { return random_() % n; }
  bool one_in(uint64_t n) { return below(n) == 0; }
  std::string pick(std::initializer_list<const char*> choices) { return *(choices.begin() + below(choices.size())); }

 private:
  std::string json_line();
  std::string logfmt_line();
  std::string value();
  std::string selector();
  std::string pipeline(bool metric);
  std::string stage();
  std::string label_filter();
  std::string range_aggregation();
  std::string column_aggregation();
  std::string window();
  std::string vector_aggregation(int depth);
  std::string binary(int depth);
  std::string label_list(size_t most);
  std::string grouping();

  std::mt19937_64 random_;
};

}  // namespace sleipnir::testing
