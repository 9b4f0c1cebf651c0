#pragma once
// Plain text as shapes: words with a digit vary, all other text is the template. Only templates that enough lines of a
// block share become shapes.
#include <string_view>
#include <unordered_map>
#include <vector>

#include "storage/column/shape.h"

namespace sleipnir::storage {

/// Chooses the templates of one block and cuts its lines by them. Not thread-safe.
class TextTemplates {
 public:
  /// To be called with every line first, then choose(), then cut(). Returns the name of the line's template.
  uint64_t count(std::string_view line);
  /// Keeps the most frequent templates that pay, at most so many.
  void choose(size_t most);
  /// The shape of a line of the named template and its values; ShapeTable::kRaw where that was not chosen.
  uint32_t cut(std::string_view line, uint64_t name, ShapeTable& table, std::vector<std::string_view>& values);

 private:
  struct Template {
    uint32_t lines = 0;
    bool chosen = false;
    uint32_t shape = ShapeTable::kRaw;  ///< once a line of it was cut
  };
  std::unordered_map<uint64_t, Template> templates_;
};

}  // namespace sleipnir::storage
