#include "api/query/multi_tenant_source.h"

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
  Result<std::optional<std::vector<Counted>>> count(const CountRequest& request) override {
    if (request.tenant == "slow") return std::optional<std::vector<Counted>>();
    return std::optional(std::vector<Counted>{{&stream_, std::make_shared<const LabelSet>(), 0, static_cast<uint64_t>(std::count_if(rows_.begin(), rows_.end(), [&](const Row& r) { return r.tenant == request.tenant; })), 0, 0}});
  }

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
      bool certain(size_t row) const override { return row == 0; }
      Result<const Column*> column(size_t i) override {
        if (i > 0) return static_cast<const Column*>(nullptr);
        texts.assign(lines.begin(), lines.end());
        for (uint32_t row = 0; row < lines.size(); ++row) codes.push_back(row);
        of_lines.codes = codes;
        of_lines.dictionary = texts;
        return &of_lines;
      }
      std::vector<std::string_view> texts;
      std::vector<uint32_t> codes;
      Column of_lines;
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

TEST_CASE("columns and what is certain come through, merged by time or one tenant after the other") {
  FakeSource inner({{"a", 1, "a1"}, {"a", 3, "a3"}, {"a", 5, "a5"}, {"b", 2, "b2"}, {"b", 3, "b3"}});
  const auto f = [&](ScanRequest::Order order, Predicate where, std::string_view want) {
    MultiTenantSource source(inner, {"a", "b"});
    auto reader = source.scan({.order = order, .where = std::move(where), .fields = {{.name = "line"}, {.name = "none"}}});
    REQUIRE(reader.ok());
    std::string got;
    for (;;) {
      auto batch = (*reader)->next();
      REQUIRE(batch.ok());
      if (*batch == nullptr) break;
      const auto column = (*batch)->column(0), none = (*batch)->column(1);
      REQUIRE(column.ok());
      for (size_t i = 0; i < (*batch)->rows(); ++i) {
        CHECK((*column)->dictionary[(*column)->codes[i]] == (*batch)->line(i));
        CHECK((*none == nullptr || (*none)->codes[i] == Column::kUndecided));
        CHECK((*batch)->pairs()[(*batch)->pair_codes()[i]].stream == (*batch)->streams()[i]);
        CHECK((*batch)->streams()[i]->labels.get("__tenant_id__") == (*batch)->line(i).substr(0, 1));
        got += std::string((*batch)->line(i)) + ((*batch)->certain(i) ? "! " : " ");
      }
    }
    CHECK(got == want);
  };
  using Order = ScanRequest::Order;
  f(Order::kTime, {}, "a1! b2! a3 b3 a5! ");
  f(Order::kAny, {}, "a1! a3 a5! b2! b3 ");
  f(Order::kAny, {.kind = Predicate::Kind::kMetadata, .text = "a", .field = "__tenant_id__"}, "a1 a3 a5 b2 b3 ");
  f(Order::kTime, {.kind = Predicate::Kind::kNot, .children = {{.kind = Predicate::Kind::kField, .text = "a", .field = "original___tenant_id__"}}}, "a1 b2 a3 b3 a5 ");
}

TEST_CASE("counts of tenants come together, if all have some") {
  FakeSource inner({{"a", 1, "a1"}, {"a", 3, "a3"}, {"b", 2, "b2"}});
  const auto f = [&](std::vector<std::string> tenants, std::vector<Matcher> matchers, std::string_view want) {
    MultiTenantSource source(inner, std::move(tenants));
    const auto counted = source.count({.matchers = std::move(matchers), .edges = {0, 10}});
    REQUIRE(counted.ok());
    std::string got;
    if (!*counted) got = "none";
    else for (const Counted& c : **counted) got += std::string(c.stream->labels.get("__tenant_id__")) + std::to_string(c.rows) + " ";
    CHECK(got == want);
  };
  f({"a", "b"}, {}, "a2 b1 ");
  f({"a", "b"}, tenant_is(MatchOp::kEqual, "b"), "b1 ");
  f({"a", "slow"}, {}, "none");
}
