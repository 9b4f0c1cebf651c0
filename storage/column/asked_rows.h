#pragma once
#include <span>
#include <vector>

#include "base/scan.h"
#include "storage/column/block_reader.h"
#include "storage/column/picked_rows.h"
#include "storage/column/vocabulary.h"

namespace sleipnir::storage {

/// Verdict (predicate_test.h) of each row of a block; those of rows that were not asked about say nothing.
using Verdicts = std::vector<uint8_t>;

/// The rows of a block about which a predicate is asked. One thread.
class AskedRows {
 public:
  using View = BlockReader::FieldView;

  /// `streams`: those of meta().streams, in order. `ranges`: ascending. `vocabulary`: of these lines and perhaps others; null: not known. All but the ranges
  /// outlive it.
  AskedRows(BlockReader& reader, std::span<const Stream* const> streams, std::span<const RowRange> ranges, const Vocabulary* vocabulary)
      : reader_(reader), streams_(streams), ranges_(ranges.begin(), ranges.end()), vocabulary_(vocabulary) {}

  BlockReader& reader() const { return reader_; }
  const BlockMeta& meta() const { return reader_.meta(); }
  std::span<const Stream* const> streams() const { return streams_; }
  const std::vector<RowRange>& ranges() const { return ranges_; }
  /// All rows of the block are asked about.
  bool whole() const { return ranges_.size() == 1 && ranges_[0].size() == reader_.rows(); }
  /// From now on other rows are asked about.
  void ask(std::vector<RowRange> ranges) { ranges_ = std::move(ranges); }

  Verdicts all(uint8_t verdict) const { return Verdicts(reader_.rows(), verdict); }
  /// Shape codes of all rows of the block, unpacked when first asked for.
  Result<std::span<const uint32_t>> shapes();
  /// False only if no value of the field passes the test. Columns that the vocabulary denies are not read.
  Result<bool> may_hold(uint32_t field, const TextTest& test);
  /// Numbers of the values of these rows: [first, end).
  RowRange ranks_of(const View& view) const;

  /// row(i)
  template <class Row>
  void each_row(Row row) const {
    for (const RowRange& r : ranges_)
      for (uint32_t i = r.begin; i < r.end; ++i) row(i);
  }
  /// row(i, rank) for rows that have the field.
  template <class Row>
  void each_value(const View& view, Row row) const {
    for (const RowRange& r : ranges_) {
      if (view.rows) {
        view.rows->for_each(r.begin, r.end, row);
      } else {
        for (uint32_t i = r.begin; i < r.end; ++i) row(i, i);
      }
    }
  }

 private:
  BlockReader& reader_;
  std::span<const Stream* const> streams_;
  std::vector<RowRange> ranges_;
  const Vocabulary* vocabulary_;
  std::vector<uint32_t> shapes_;
};

}  // namespace sleipnir::storage
