#include "oracle/random_pairs.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <iostream>
#include <map>

#include "base/text.h"
#include "oracle/generator.h"

namespace sleipnir::testing {

namespace {

uint64_t from_environment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

/// What the difference is about, ready to be tried again.
std::string explain(uint64_t seed, const std::string& query, const std::string& parameters, const std::string& difference,
                    const std::vector<StoredEntry>& entries) {
  std::string text = "seed " + std::to_string(seed) + "\n" + query + "\n" + parameters + "\n" + difference;
  for (const StoredEntry& e : entries) {
    text += "    " + e.stream.to_string() + " " + std::to_string(e.entry.timestamp) + " " + e.entry.metadata.to_string() + " " + go_quote(e.entry.line) + "\n";
  }
  return text;
}

struct Outcome {
  std::string query, parameters;
  Comparison comparison;
};

Outcome try_logs(Generator& g, const Oracle& oracle, Source& source) {
  logql::LogQuery q;
  q.start = Generator::kBase + static_cast<Nanos>(g.below(30)) * kSecond;
  q.end = q.start + static_cast<Nanos>(g.below(60)) * kSecond;
  q.direction = g.one_in(2) ? Direction::kForward : Direction::kBackward;
  q.limit = g.one_in(3) ? g.below(10) : 0;
  q.interval = g.one_in(6) ? 3 * kSecond : 0;
  std::string query = g.log_query();
  std::string parameters = std::to_string(q.start) + ".." + std::to_string(q.end) + (q.direction == Direction::kForward ? " forward" : " backward") +
                           " limit " + std::to_string(q.limit) + " interval " + std::to_string(q.interval);
  return {query, parameters, compare_logs(oracle, source, query, q)};
}

Outcome try_metric(Generator& g, const Oracle& oracle, Source& source) {
  logql::MetricQuery q;
  constexpr Nanos kSteps[] = {kSecond / 2, kSecond, 2 * kSecond, 5 * kSecond, 7 * kSecond};
  q.start = Generator::kBase + (static_cast<Nanos>(g.below(130)) - 4) * kSecond / 2;
  q.end = q.start;
  if (!g.one_in(3)) {
    q.step = kSteps[g.below(5)];
    q.end += q.step * static_cast<Nanos>(g.below(9)) + static_cast<Nanos>(g.below(2));
  }
  std::string query = g.one_in(15) ? g.extreme_query() : g.metric_query(static_cast<int>(g.below(4)));
  std::string parameters = std::to_string(q.start) + ".." + std::to_string(q.end) + " step " + std::to_string(q.step);
  return {query, parameters, compare_metric(oracle, source, query, q)};
}

}  // namespace

uint64_t pairs_from_environment(uint64_t otherwise) {
#ifdef SLEIPNIR_SANITIZED
  otherwise /= 5;
#endif
  return from_environment("SLEIPNIR_PAIRS", otherwise);
}

void compare_random(const MakeSource& make_source, uint64_t pairs) {
  const uint64_t first = from_environment("SLEIPNIR_SEED", 1);
  constexpr uint64_t kQueriesPerData = 20;
  std::map<Comparison::Kind, uint64_t> kinds;
  uint64_t different = 0;
  std::cout << "SLEIPNIR_SEED=" << first << " SLEIPNIR_PAIRS=" << pairs << std::endl;
  for (uint64_t done = 0, seed = first; done < pairs; ++seed) {
    Generator g(seed);
    const auto pushed = g.entries(), entries = without_repeated(pushed);
    auto source = make_source(pushed);
    Oracle oracle(entries);
    for (uint64_t i = 0; i < kQueriesPerData && done < pairs; ++i, ++done) {
      Outcome o = g.one_in(3) ? try_logs(g, oracle, *source) : try_metric(g, oracle, *source);
      ++kinds[o.comparison.kind];
      if (o.comparison.difference.empty() || o.comparison.kind == Comparison::Kind::kUnparsable) continue;
      FAIL_CHECK(explain(seed, o.query, o.parameters, o.comparison.difference, entries));
      REQUIRE(++different < 5);
    }
  }
  std::cout << kinds[Comparison::Kind::kAnswered] << " answered, " << kinds[Comparison::Kind::kEmpty] << " empty, "
            << kinds[Comparison::Kind::kFailed] << " failed, " << kinds[Comparison::Kind::kUnparsable] << " unparsable" << std::endl;
  CHECK(kinds[Comparison::Kind::kUnparsable] * 20 <= pairs);
  CHECK(kinds[Comparison::Kind::kAnswered] * 4 >= pairs);
}

}  // namespace sleipnir::testing
