#pragma once
#include <cstring>
#include <memory>
#include <optional>

#include "storage/column/asked_rows.h"
#include "storage/column/needle.h"
#include "storage/column/predicate_test.h"

namespace sleipnir::storage {

/// Decides what lines hold from the columns of which they are made. One predicate, one thread.
class LineFilter {
 public:
  explicit LineFilter(AskedRows& rows) : rows_(rows) {}

  /// Exact. Errors: those of the reader.
  Result<Verdicts> contains(std::string_view needle);
  /// A kLineRegex. nullopt where values do not decide it: then its required literals choose candidates. Errors: those of the reader.
  Result<std::optional<Verdicts>> matches(const PreparedPredicate& regex);

 private:
  using View = BlockReader::FieldView;
  /// What a test found in the values of the rows: hits[rank - first]. Empty where it found nothing.
  struct Tested { uint32_t field; TextTest test; uint32_t first; std::vector<uint8_t> hits; };

  Result<void> mark(const std::vector<uint8_t>& shapes, const Alignment::Alternative& alternative, Verdicts& out);
  Result<std::optional<Verdicts>> matches_in_values(const PreparedPredicate& regex, std::string_view literal);
  Result<void> match_values(uint32_t field, std::string_view literal, const PredicateTest& test, const std::vector<uint8_t>& shapes, Verdicts& out);
  Result<const Tested*> tested(uint32_t field, const TextTest& test);

  /// row(i) for rows whose value the test found.
  template <class Row>
  void each_hit(const View& view, const Tested& tested, Row row) const {
    if (view.rows) {
      rows_.each_value(view, [&](uint32_t i, uint32_t rank) { if (tested.hits[rank - tested.first]) row(i); });
      return;
    }
    for (const RowRange& r : rows_.ranges()) {
      const uint8_t* begin = tested.hits.data() + (r.begin - tested.first);
      const uint8_t* const end = begin + r.size();
      for (const uint8_t* at = begin; at < end; ++at) {
        // Hits are few: eight rows at a time while there are none.
        for (uint64_t word; end - at >= 8 && (std::memcpy(&word, at, 8), word == 0);) at += 8;
        if (at < end && *at) row(r.begin + static_cast<uint32_t>(at - begin));
      }
    }
  }

  AskedRows& rows_;
  std::vector<std::unique_ptr<Tested>> tested_;  ///< several shapes ask the same
};

}  // namespace sleipnir::storage
