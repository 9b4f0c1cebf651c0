#include "storage/scan/overlap.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>

namespace sleipnir::storage {
namespace overlap_test {

const Stream kStreams[] = {{0, {{"s", "0"}}}, {1, {{"s", "1"}}}, {2, {{"s", "2"}}}};

struct FakeRun : Run {
  bool in_head = false;
  std::vector<StreamSpan> spans;
  std::vector<BlockSpan> block;
  bool unsealed() const override { return in_head; }
  const std::vector<StreamSpan>& streams() const override { return spans; }
  const std::vector<BlockSpan>& blocks() const override { return block; }
  bool block_may_hold(size_t, const StreamSet&) const override { return true; }
  Result<std::shared_ptr<Block>> load(size_t, const RowFilter&) const override { return std::shared_ptr<Block>(); }
};

struct Span { uint64_t stream; Nanos first, last; };

std::shared_ptr<const Run> run(std::vector<Span> spans, bool in_head = false) {
  auto r = std::make_shared<FakeRun>();
  r->in_head = in_head;
  Nanos first = INT64_MAX, last = INT64_MIN;
  for (const Span& s : spans) {
    r->spans.push_back({&kStreams[s.stream], s.first, s.last, 1});
    first = std::min(first, s.first);
    last = std::max(last, s.last);
  }
  r->block.push_back({first, last, 1});
  return r;
}

/// "run/stream:first-last" of all that is contested.
std::string text(const std::vector<StreamTimes>& times) {
  std::string out;
  for (size_t r = 0; r < times.size(); ++r)
    for (const Stream& s : kStreams)
      for (const TimeRange& t : times[r].of(s.id)) out += std::to_string(r) + "/" + std::to_string(s.id) + ":" + std::to_string(t.first) + "-" + std::to_string(t.last) + " ";
  return out;
}

}  // namespace overlap_test
using namespace overlap_test;

TEST_CASE("times are contested where runs hold a stream at a common time") {
  const auto f = [](Runs runs, std::string_view want, Nanos first = 0, Nanos last = 100) { CHECK(text(contested(runs, StreamSet::all(2), first, last)) == want); };
  f({run({{0, 1, 9}}), run({{0, 10, 19}})}, "");
  f({run({{0, 1, 10}}), run({{0, 10, 19}})}, "0/0:10-10 1/0:10-10 ");
  f({run({{0, 1, 9}, {1, 1, 3}}), run({{0, 5, 19}, {1, 4, 6}})}, "0/0:5-9 1/0:5-9 ");
  f({run({{0, 1, 9}}), run({{1, 1, 9}})}, "");
  f({run({{0, 1, 9}}), run({{0, 2, 4}}), run({{0, 4, 6}})}, "0/0:2-6 1/0:2-4 2/0:4-6 ");
  f({run({{0, 1, 9}}), run({{0, 2, 3}}), run({{0, 5, 6}})}, "0/0:2-3 0/0:5-6 1/0:2-3 2/0:5-6 ");
  f({run({{0, 1, 9}}), run({{0, 2, 8}})}, "0/0:4-6 1/0:4-6 ", 4, 6);
  f({run({{0, 1, 9}}), run({{0, 2, 8}})}, "", 20, 30);
  f({run({{2, 1, 9}}), run({{2, 1, 9}})}, "");  // not asked for
  f({run({{0, 1, 9}}, true), run({{0, 2, 8}}, true)}, "");
  f({run({{0, 1, 9}}, true), run({{0, 2, 8}})}, "0/0:2-8 1/0:2-8 ");
}

}  // namespace sleipnir::storage
