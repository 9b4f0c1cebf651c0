#include "api/multi_tenant_source.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace sleipnir;
using namespace sleipnir::api;

namespace {

struct Row {
  std::string tenant;
  Nanos time;
  std::string line;
};

/// Holds rows of one stream a tenant, and hands them out two a batch.
class FakeSource : public Source {
 public:
  explicit FakeSource(std::vector<Row> rows) : rows_(std::move(rows)) {}

  Result<std::unique_ptr<BatchReader>> scan(const ScanRequest& request) override {
    std::vector<Row> mine;
    for (const Row& r : rows_)
      if (r.tenant == request.tenant) mine.push_back(r);
    std::stable_sort(mine.begin(), mine.end(), [](const Row& a, const Row& b) { return a.time < b.time; });
    if (request.direction == Direction::kBackward) std::reverse(mine.begin(), mine.end());
    return std::unique_ptr<BatchReader>(std::make_unique<Reader>(std::move(mine), &stream_));
  }
  Result<std::vector<const Stream*>> streams(const std::string&, const std::vector<Matcher>&, Nanos, Nanos) override { return std::vector<const Stream*>{&stream_}; }
  Result<IndexStats> index_stats(const std::string&, const std::vector<Matcher>&, Nanos, Nanos) override { return IndexStats{1, 2, 3, 4}; }

 private:
  class Reader : public BatchReader {
   public:
    Reader(std::vector<Row> rows, const Stream* stream) : rows_(std::move(rows)), stream_(stream) {}
    Result<std::unique_ptr<Batch>> next() override {
      if (at_ == rows_.size()) return std::unique_ptr<Batch>();
      const size_t n = std::min<size_t>(2, rows_.size() - at_);
      auto batch = std::make_unique<OneBatch>();
      for (size_t i = 0; i < n; ++i, ++at_) {
        batch->times.push_back(rows_[at_].time);
        batch->lines.push_back(rows_[at_].line);
        batch->owners.push_back(stream_);
      }
      return std::unique_ptr<Batch>(std::move(batch));
    }

   private:
    struct OneBatch : Batch {
      std::vector<Nanos> times;
      std::vector<std::string> lines;
      std::vector<const Stream*> owners;
      LabelSet none;
      size_t rows() const override { return times.size(); }
      std::span<const Nanos> timestamps() const override { return times; }
      std::span<const Stream* const> streams() const override { return owners; }
      const LabelSet& metadata(size_t) const override { return none; }
      std::string_view line(size_t row) override { return lines[row]; }
      uint32_t line_bytes(size_t row) override { return static_cast<uint32_t>(lines[row].size()); }
    };
    std::vector<Row> rows_;
    const Stream* stream_;
    size_t at_ = 0;
  };

  std::vector<Row> rows_;
  Stream stream_{7, {{"app", "x"}, {"__tenant_id__", "mine"}}};
};

std::vector<Matcher> tenant_is(MatchOp op, std::string value) { return {*Matcher::make("__tenant_id__", op, std::move(value))}; }

}  // namespace

TEST_CASE("rows of tenants are merged by time, both ways alike") {
  FakeSource inner({{"a", 1, "a1"}, {"a", 3, "a3"}, {"a", 5, "a5"}, {"b", 2, "b2"}, {"b", 3, "b3"}, {"c", 9, "c9"}});
  const auto f = [&](Direction direction, std::vector<Matcher> matchers, std::string_view want) {
    MultiTenantSource source(inner, {"a", "b"});
    ScanRequest request{.matchers = std::move(matchers), .direction = direction};
    auto reader = source.scan(request);
    REQUIRE(reader.ok());
    std::string got;
    for (;;) {
      auto batch = (*reader)->next();
      REQUIRE(batch.ok());
      if (*batch == nullptr) break;
      for (size_t i = 0; i < (*batch)->rows(); ++i) {
        got += std::string((*batch)->line(i)) + " ";
        CHECK((*batch)->streams()[i]->labels.get("__tenant_id__") == (*batch)->line(i).substr(0, 1));
      }
    }
    CHECK(got == want);
  };
  f(Direction::kForward, {}, "a1 b2 a3 b3 a5 ");
  f(Direction::kBackward, {}, "a5 b3 a3 b2 a1 ");
  f(Direction::kForward, tenant_is(MatchOp::kEqual, "b"), "b2 b3 ");
  f(Direction::kForward, tenant_is(MatchOp::kNotRegex, "b|c"), "a1 a3 a5 ");
  f(Direction::kForward, tenant_is(MatchOp::kEqual, "z"), "");
}

TEST_CASE("streams of tenants carry their name, and keep a label of that name under another") {
  FakeSource inner({});
  MultiTenantSource source(inner, {"a", "b"});
  const auto streams = source.streams("", {}, 0, 1);
  REQUIRE(streams.ok());
  REQUIRE(streams->size() == 2);
  CHECK((*streams)[0]->labels.to_string() == R"({__tenant_id__="a", app="x", original___tenant_id__="mine"})");
  CHECK((*streams)[0]->id != (*streams)[1]->id);
  CHECK(source.index_stats("", {}, 0, 1)->bytes == 6);
  CHECK(source.index_stats("", tenant_is(MatchOp::kEqual, "b"), 0, 1)->bytes == 3);
}
