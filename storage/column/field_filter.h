#pragma once
#include "storage/column/asked_rows.h"
#include "storage/column/predicate_test.h"

namespace sleipnir::storage {

/// Decides comparisons of labels and fields from the columns of a block. One thread.
class FieldFilter {
 public:
  explicit FieldFilter(AskedRows& rows) : rows_(rows) {}

  /// A kMetadata: exact. Errors: those of the reader.
  Result<Verdicts> metadata(const PreparedPredicate& p) { return labels(p, nullptr); }
  /// A kField: exact unless a string has escapes, a logfmt key comes twice or the row has a label of the name. Errors: those of the reader.
  Result<Verdicts> field(const PreparedPredicate& p);

 private:
  using View = BlockReader::FieldView;

  Result<Verdicts> labels(const PreparedPredicate& p, std::vector<uint8_t>* has_label);
  /// The part of labels() that looks at metadata, as columns and as sets.
  Result<void> columns(const PreparedPredicate& p, Verdicts& out, std::vector<uint8_t>* has_label);
  Result<void> sets(const PreparedPredicate& p, Verdicts& out, std::vector<uint8_t>* has_label);

  AskedRows& rows_;
};

}  // namespace sleipnir::storage
