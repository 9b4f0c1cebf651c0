#include <doctest/doctest.h>

#include "storage/bytes.h"
#include "storage/format.h"
#include "storage/head/head.h"
#include "unit/storage/fixture.h"

namespace sleipnir::storage {
namespace {

/// Pushes that a head takes in one after the other.
class Pushes {
 public:
  void add(Head& head, size_t rows) {
    auto payload = std::make_shared<std::string>(rows * 8, 'x');
    PushBatch batch;
    for (size_t i = 0; i < rows; ++i, ++next_) {
      batch.rows.push_back({static_cast<Nanos>(next_), next_, &stream_, std::string_view(*payload).substr(i * 8, 8), kNoLabels});
      batch.identities.push_back({next_, next_});
    }
    batch.payload = std::move(payload);
    head.insert(std::move(batch));
  }

 private:
  Stream stream_{0, LabelSet{{"app", "a"}}};
  uint64_t next_ = 1;
};

size_t rows_of(const Runs& runs) {
  size_t rows = 0;
  for (const auto& run : runs) rows += run->blocks()[0].rows;
  return rows;
}

TEST_CASE("the youngest rows are sorted once, until more come") {
  Head head;
  Pushes pushes;
  const auto runs = [&] { return Head::runs(head.snapshot(INT64_MIN, INT64_MAX)); };
  pushes.add(head, 100);
  const Runs first = runs();
  CHECK(rows_of(first) == 100);
  CHECK(runs() == first);
  CHECK(Head::runs(head.snapshot(1000, 2000)).empty());
  pushes.add(head, 50);
  const Runs second = runs();
  CHECK(second != first);
  CHECK(rows_of(second) == 150);
  CHECK(rows_of(first) == 100);
  pushes.add(head, kSlabRows);
  CHECK(rows_of(runs()) == 150 + kSlabRows);
  pushes.add(head, 150);  // as many as once before
  CHECK(runs().size() == 2);
  CHECK(rows_of(runs()) == 300 + kSlabRows);
}

}  // namespace
}  // namespace sleipnir::storage
