#pragma once
#include <cstring>
#include <span>
#include <vector>

#include "base/scan.h"
#include "storage/column/block_reader.h"
#include "storage/column/needle.h"
#include "storage/column/picked_rows.h"
#include "storage/column/predicate_test.h"

namespace sleipnir::storage {

/// Decides predicates on rows of a block from its columns, without building lines. One thread.
class BlockFilter {
 public:
  /// `streams`: those of meta().streams, in order. `ranges`: the rows that are asked about, ascending. All outlive the filter.
  BlockFilter(BlockReader& reader, std::span<const Stream* const> streams, std::span<const RowRange> ranges);

  /// Verdict of each row of the ranges; other rows have one that says nothing. Substrings and labels of streams and metadata are exact, fields are
  /// unless a string has escapes or a logfmt key comes twice, regular expressions over lines where a match can only lie within one value. Errors: those of the reader.
  Result<std::vector<uint8_t>> verdicts(const PreparedPredicate& where);

 private:
  using Verdicts = std::vector<uint8_t>;
  using View = BlockReader::FieldView;
  /// What a test found in the values of the ranges: hits[rank - first].
  struct Tested { uint32_t field; TextTest test; uint32_t first; std::vector<uint8_t> hits; };

  Result<Verdicts> combined(const PreparedPredicate& where);
  Result<Verdicts> contains(std::string_view needle);
  Result<void> mark(const std::vector<uint8_t>& shapes, const Alignment::Alternative& alternative, Verdicts& out);
  Result<Verdicts> matches(const PreparedPredicate& regex);
  Result<std::optional<Verdicts>> matches_in_values(const PreparedPredicate& regex, std::string_view literal);
  Result<void> match_values(uint32_t field, std::string_view literal, const PredicateTest& test, const std::vector<uint8_t>& shapes, Verdicts& out);
  Result<Verdicts> labels(const PreparedPredicate& p, std::vector<uint8_t>* has_label);
  Result<Verdicts> field(const PreparedPredicate& p);
  Result<const Tested*> tested(uint32_t field, const TextTest& test);
  void compare(const View& view, const PreparedPredicate& p, uint32_t first, std::span<uint8_t> hits) const;

  static void drop_empty(const Values& values, uint32_t first, std::span<uint8_t> hits);

  /// Numbers of the values of rows of the ranges: [first, end).
  RowRange ranks_of(const View& view) const;
  Result<std::span<const uint32_t>> shapes();
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

  /// row(i) for rows whose value the test found.
  template <class Row>
  void each_hit(const View& view, const Tested& tested, Row row) const {
    if (view.rows) {
      each_value(view, [&](uint32_t i, uint32_t rank) { if (tested.hits[rank - tested.first]) row(i); });
      return;
    }
    for (const RowRange& r : ranges_) {
      const uint8_t* begin = tested.hits.data() + (r.begin - tested.first);
      const uint8_t* const end = begin + r.size();
      for (const uint8_t* at = begin; at < end; ++at) {
        // Hits are few: eight rows at a time while there are none.
        for (uint64_t word; end - at >= 8 && (std::memcpy(&word, at, 8), word == 0);) at += 8;
        if (at < end && *at) row(r.begin + static_cast<uint32_t>(at - begin));
      }
    }
  }

  BlockReader& reader_;
  std::span<const Stream* const> streams_;
  std::vector<RowRange> ranges_;
  std::vector<uint32_t> shapes_;     ///< shape codes of all rows, when first asked for
  std::vector<std::string> labels_;  ///< json_label of each field, when first asked for
  std::vector<std::unique_ptr<Tested>> tested_;  ///< several shapes ask the same
};

}  // namespace sleipnir::storage
