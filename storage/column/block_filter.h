#pragma once
#include <span>
#include <vector>

#include "base/scan.h"
#include "storage/column/block_reader.h"
#include "storage/column/predicate_test.h"

namespace sleipnir::storage {

/// Decides predicates on all rows of a block from its columns, without building lines. One thread.
class BlockFilter {
 public:
  /// `streams`: those of meta().streams, in order. Both outlive the filter.
  BlockFilter(BlockReader& reader, std::span<const Stream* const> streams);

  /// Verdict of each row. Substrings and labels of streams and metadata are exact, JSON fields are unless a string has escapes; regular expressions over
  /// lines are tested for what they require. Errors: those of the reader.
  Result<std::vector<uint8_t>> verdicts(const Predicate& where);

 private:
  using Verdicts = std::vector<uint8_t>;
  using View = BlockReader::FieldView;

  Result<Verdicts> contains(std::string_view needle);
  Result<void> contains_in_shape(uint32_t shape, std::string_view needle, Verdicts& out);
  Result<Verdicts> labels(const Predicate& p, std::vector<uint8_t>* has_label);
  Result<Verdicts> field(const Predicate& p);
  Result<const std::vector<uint8_t>*> hits(uint32_t field, const TextTest& test);
  Result<std::vector<uint8_t>> compare(const View& view, const Predicate& p) const;

  BlockReader& reader_;
  std::span<const Stream* const> streams_;
  std::vector<std::string> labels_;  ///< json_label of each field, when first asked for
  struct Tested { uint32_t field; TextTest test; std::vector<uint8_t> hits; };
  std::vector<std::unique_ptr<Tested>> tested_;  ///< of the current needle: several shapes ask the same
};

}  // namespace sleipnir::storage
