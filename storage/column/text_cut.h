#pragma once
// Plain text as shapes: words with a digit vary, all other text is the template. Only templates that enough lines of a
// block share become shapes.
#include <array>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "storage/column/shape.h"

namespace sleipnir::storage {

/// Where a word with a digit stands in its line.
struct Variable {
  uint32_t begin, end;
};

/// Chooses the templates of one block and cuts its lines by them. Not thread-safe.
class TextTemplates {
 public:
  TextTemplates() { recent_.fill(kNone); }
  /// Every line first, then choose(), then cut(). The line must outlive this. O(length).
  void add(std::string_view line);
  /// Keeps the most frequent templates that pay, at most so many.
  void choose(size_t most);
  /// The shape of the n-th line and its values; ShapeTable::kRaw where its template was not chosen. Does not look at the line's bytes.
  uint32_t cut(size_t n, ShapeTable& table, std::vector<std::string_view>& values);

 private:
  static constexpr uint32_t kNone = UINT32_MAX;

  struct Line {
    std::string_view text;
    uint32_t of;               ///< its template; kNone
    uint32_t first, variables;  ///< in variables_
  };
  struct Template {
    uint64_t name = 0;
    size_t first = 0;  ///< a line of it
    uint32_t lines = 0;
    bool chosen = false;
    uint32_t shape = ShapeTable::kRaw;  ///< once a line of it was cut
  };

  std::span<const Variable> variables_of(const Line& line) const { return std::span(variables_).subspan(line.first, line.variables); }
  bool same_template(const Line& a, const Line& b) const;
  /// Of the line about to be added; kNone where there are too many.
  uint32_t template_of(const Line& line);
  uint32_t add_shape(const Line& line, ShapeTable& table) const;

  std::vector<Line> lines_;
  std::vector<Variable> variables_;
  std::vector<Template> templates_;
  std::unordered_map<uint64_t, uint32_t> by_name_;
  std::array<uint32_t, 1024> recent_;  ///< templates by a brief look at a line of theirs
};

}  // namespace sleipnir::storage
