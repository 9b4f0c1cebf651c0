#pragma once
#include <string>
#include <vector>

#include "oracle/chance.h"
#include "oracle/memory_source.h"

namespace sleipnir::testing {

/// Data and queries from a seed: streams with JSON, logfmt, plain and odd lines, structured metadata, equal timestamps, repeated pushes;
/// every operator of the language over the labels and words that these have.
class Generator : public Chance {
 public:
  using Chance::Chance;

  static constexpr Nanos kBase = 1'700'000'000 * kSecond;
  static constexpr Nanos kSpan = 60 * kSecond;  ///< entries lie in [kBase, kBase + kSpan]

  /// In the order of the push, some of them twice. Queries made afterwards ask for what is in them.
  std::vector<StoredEntry> entries();
  std::string log_query();
  std::string metric_query(int depth);
  /// The greatest or least of numbers of any size, with nothing calculated from them: a sum of these would depend on its order.
  std::string extreme_query();

 private:
  StoredEntry entry();
  std::string line(Nanos at);
  std::string json_line();
  std::string logfmt_line();
  std::string value();
  std::string span_id();
  std::string selector();
  std::string pipeline(bool metric);
  std::string stage();
  std::string line_filter();
  std::string piece();
  std::string word();
  std::string regex();
  std::string label_filter();
  std::string range_aggregation();
  std::string line_pattern();
  std::string json_expressions();
  std::string label_change();
  std::string column_aggregation();
  std::string window();
  std::string nested_extremes();
  std::string vector_aggregation(int depth);
  std::string binary(int depth);
  std::string label_list(size_t most);
  std::string grouping();

  uint64_t mix_ = 0;                ///< which kinds of lines prevail
  bool ids_ = false;                ///< entries have structured metadata that hardly any other has
  std::vector<std::string> lines_;  ///< some of those made
};

/// What a store holds of these: entries that are the same in everything are kept once.
std::vector<StoredEntry> without_repeated(const std::vector<StoredEntry>& pushed);

}  // namespace sleipnir::testing
