#pragma once
// What discovery of fields looks at: the newest lines of a log query, and what can be parsed of each (http-api.md §6.2).
#include <functional>
#include <string_view>

#include "api/query/query.h"

namespace sleipnir::api {

struct FieldRow {
  const logql::LogRow& row;
  const LabelSet& own;      ///< the stream's labels without those that the query parsed: a field of such a name gets `_extracted`
  std::string_view parser;  ///< that could read the line: `json`, `logfmt`, or ""
  const LabelSet& found;    ///< by that parser

  /// Calls `f(label)` for what the query parsed, errors left out, and for what was found.
  template <class F>
  void each_parsed(F f) const {
    for (const Label& label : *row.parsed)
      if (!label.name.starts_with("__error") && label.name != "__preserve_error__") f(label);
    for (const Label& label : found) f(label);
  }
};

/// Reads the request and runs its query, newest lines first; returns the request's `limit`. Errors: parameters, query, limits, storage.
Result<uint64_t> each_field_row(Query& query, const Request& request, const std::function<void(const FieldRow&)>& f);

}  // namespace sleipnir::api
