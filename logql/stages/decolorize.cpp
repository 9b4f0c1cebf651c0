// `| decolorize`: removes ANSI escape sequences (logql.md §7.12).
#include <re2/re2.h>

#include "logql/stages/stage.h"

namespace sleipnir::logql {
namespace {

constexpr const char* kSequences =
    "[\\x{1B}\\x{9B}][[\\]()#;?]*(?:(?:(?:[a-zA-Z\\d]*(?:;[a-zA-Z\\d]*)*)?\\x07)|(?:(?:\\d{1,4}(?:;\\d{0,4})*)?[\\dA-PRZcf-ntqry=><~]))";

class Decolorizer : public RowStage {
 public:
  bool process(Row& row) const override {
    // Both introducers, ESC and U+009B, are rare bytes: most lines need no more than this look.
    if (row.line.find_first_of("\x1b\x9b") == std::string_view::npos) return true;
    row.scratch.text.assign(row.line);
    if (re2::RE2::GlobalReplace(&row.scratch.text, sequences(), "") > 0) row.line = row.labels.keep(row.scratch.text);
    return true;
  }

 private:
  static const re2::RE2& sequences() {
    static const re2::RE2 regex(kSequences);
    return regex;
  }
};

}  // namespace

Result<RowStagePtr> make_stage(const DecolorizeStage&) { return RowStagePtr(std::make_unique<Decolorizer>()); }

}  // namespace sleipnir::logql
