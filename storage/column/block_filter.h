#pragma once
#include "storage/column/field_filter.h"
#include "storage/column/line_filter.h"

namespace sleipnir::storage {

/// Decides predicates on rows of a block from its columns, without building lines. One thread.
class BlockFilter {
 public:
  /// `streams`: those of meta().streams, in order. `ranges`: the rows that are asked about, ascending. `vocabulary`: null where there is none. All but the
  /// ranges outlive the filter.
  BlockFilter(BlockReader& reader, std::span<const Stream* const> streams, std::span<const RowRange> ranges, const Vocabulary* vocabulary = nullptr)
      : rows_(reader, streams, ranges, vocabulary) {}

  /// Verdict of each row of the ranges; other rows have one that says nothing. Substrings and labels of streams and metadata are exact, fields are
  /// unless a string has escapes or a logfmt key comes twice, regular expressions over lines where a match can only lie within one value. Errors: those of the reader.
  Result<Verdicts> verdicts(const PreparedPredicate& where);

 private:
  Result<Verdicts> combined(const PreparedPredicate& where);
  Result<Verdicts> negated(const PreparedPredicate& where);
  Result<Verdicts> matches(const PreparedPredicate& regex);

  AskedRows rows_;
  FieldFilter fields_{rows_};
};

}  // namespace sleipnir::storage
