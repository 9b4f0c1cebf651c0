#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "base/scan.h"
#include "logql/engine/value_test.h"

namespace sleipnir::logql {

/// The code of a row in a column that has codes, or one for all rows.
inline uint32_t code_of(const Column& column, uint32_t row) { return column.codes.empty() ? 0 : column.codes[row]; }

/// Remembers an answer a dictionary entry, so that each is asked for once. One thread.
class CodeAnswers {
 public:
  /// Forgets all answers. The column must live as long as of() is called.
  void start(const Column& column) {
    column_ = &column;
    answers_.assign(column.dictionary.size() + 1, kUnknown);
  }
  /// Where a row's answer lies: its code, or one past the dictionary for no value.
  size_t entry(uint32_t row) const { return std::min<size_t>(code_of(*column_, row), answers_.size() - 1); }
  /// ask(entry, value) is called once an entry; no value: nullopt.
  template <class Ask>
  Answer of(size_t entry, Ask&& ask) {
    Answer& answer = answers_[entry];
    if (answer == kUnknown) answer = ask(entry, entry + 1 == answers_.size() ? std::nullopt : std::optional(column_->dictionary[entry]));
    return answer;
  }

 private:
  static constexpr Answer kUnknown = static_cast<Answer>(UINT8_MAX);

  const Column* column_ = nullptr;
  std::vector<Answer> answers_;
};

}  // namespace sleipnir::logql
