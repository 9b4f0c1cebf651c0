#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "api/ingest/json_cursor.h"
#include "base/result.h"

namespace sleipnir::api {

/// Finds chosen fields of JSON lines. A path is a name, or names joined by dots; `service.name` finds {"service":{"name":…}} as well as
/// {"service.name":…}.
class LineFields {
 public:
  explicit LineFields(std::vector<std::string> paths) : paths_(std::move(paths)), values_(paths_.size()) {}

  /// Checks the whole line. Errors (kInvalid): it is not one JSON object.
  Result<void> read(std::string_view line);

  /// Text of the scalar at paths[i] in the line read last, "" where there is none. Of several the first counts.
  std::string text(size_t i) const;

 private:
  bool walk(JsonCursor& cursor, const std::string& prefix);
  void keep(const std::string& path, const JsonCursor::Value& value);
  bool leads_on(const std::string& path) const;

  std::vector<std::string> paths_;
  std::vector<JsonCursor::Value> values_;  // kNull: not found
};

}  // namespace sleipnir::api
