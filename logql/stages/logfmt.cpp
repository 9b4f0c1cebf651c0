// `| logfmt`, without and with expressions (logql.md §7.7, §7.8).
#include "logql/stages/label_name.h"
#include "logql/stages/logfmt_scan.h"
#include "logql/stages/stage.h"

namespace sleipnir::logql {
namespace {

class LogfmtParser : public RowStage {
 public:
  LogfmtParser(bool strict, bool keep_empty, const Extraction& extraction) : strict_(strict), keep_empty_(keep_empty), extraction_(extraction) {}

  bool process(Row& row) const override {
    if (extraction_.nothing_to_do(row)) return true;
    Arena& arena = row.labels.arena();
    LogfmtReader reader(row.line);
    while (!reader.at_end()) {
      if (!reader.next(arena)) {
        if (strict_) break;
        continue;
      }
      const auto name = label_name(reader.key(), arena);
      if (name.empty()) continue;
      const auto as = extraction_.claim(row, name);
      if (!as || (reader.value().empty() && !keep_empty_)) continue;
      const auto next = extraction_.set(row, *as, label_text(reader.value(), arena));
      if (next == Extraction::Next::kDrop) return false;
      if (next == Extraction::Next::kStop) break;
    }
    if (!strict_) return true;
    const std::string error = reader.error();
    if (error.empty()) return true;
    extraction_.fail(row, kLogfmtError, error);
    return extraction_.passes_early(row, kErrorLabel);
  }

 private:
  bool strict_, keep_empty_;
  const Extraction& extraction_;
};

struct Wanted {
  std::string name, key;
};

class LogfmtExpressionParser : public RowStage {
 public:
  LogfmtExpressionParser(bool strict, std::vector<Wanted> wanted, const Extraction& extraction)
      : strict_(strict), wanted_(std::move(wanted)), extraction_(extraction) {}

  bool process(Row& row) const override {
    if (extraction_.nothing_to_do(row)) return true;
    Arena& arena = row.labels.arena();
    for (const Wanted& w : wanted_)
      if (!row.labels.in_base(w.name)) row.labels.set_parsed(w.name, "");
    LogfmtReader reader(row.line);
    while (!reader.at_end()) {
      if (!reader.next(arena)) {
        if (strict_) break;
        continue;
      }
      if (const Wanted* w = match(label_name(reader.key(), arena))) {
        row.labels.set_parsed(extraction_.collision_free(row, w->name), label_text(reader.value(), arena));
        // The names set to "" above count as extracted, so a metric query that needs no others sees the first pair only (§5.2).
        if (extraction_.complete(row)) break;
      }
    }
    if (!strict_) return true;
    const std::string error = reader.error();
    if (!error.empty()) extraction_.fail(row, kLogfmtError, error);
    return true;
  }

 private:
  /// By the key asked for, else by the name itself: `x="a"` takes `a=1` and also `x=9`.
  const Wanted* match(std::string_view key) const {
    for (const Wanted& w : wanted_)
      if (w.key == key) return &w;
    for (const Wanted& w : wanted_)
      if (w.name == key) return &w;
    return nullptr;
  }

  bool strict_;
  std::vector<Wanted> wanted_;
  const Extraction& extraction_;
};

bool is_key_byte(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c >= '0' && c <= '9'); }

/// Reads the tokens of a key expression: KEY or STRING, and nothing more.
class KeyExpression {
 public:
  explicit KeyExpression(std::string_view text) : text_(text) {}

  Result<std::string> parse() {
    const Token first = next();
    if (first == Token::kEnd) return invalid("syntax error: unexpected $end, expecting STRING or KEY");
    const std::string key = value_;
    switch (next()) {
      case Token::kKey: return invalid("syntax error: unexpected KEY");
      case Token::kString: return invalid("syntax error: unexpected STRING");
      case Token::kEnd: break;
    }
    if (!error_.empty()) return invalid(error_);
    return key;
  }

 private:
  enum class Token { kEnd, kKey, kString };

  /// A character that starts no token ends the expression and is an error if all before was well.
  Token next() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n')) ++at_;
    if (at_ == text_.size()) return Token::kEnd;
    const size_t begin = at_;
    if (is_key_byte(text_[at_]) && !(text_[at_] >= '0' && text_[at_] <= '9')) {
      while (at_ < text_.size() && is_key_byte(text_[at_])) ++at_;
      value_ = text_.substr(begin, at_ - begin);
      return Token::kKey;
    }
    if (text_[at_] == '"') {
      at_ = std::min(text_.find_first_of("\"]", begin + 1), text_.size());
      value_ = text_.substr(begin + 1, at_ - begin - 1);
      if (at_ < text_.size()) ++at_;
      return Token::kString;
    }
    size_t end = at_ + 1;
    while (end < text_.size() && (static_cast<unsigned char>(text_[end]) & 0xC0) == 0x80) ++end;
    error_ = "unexpected char " + std::string(text_.substr(at_, end - at_));
    return Token::kEnd;
  }

  std::string_view text_;
  size_t at_ = 0;
  std::string value_, error_;
};

}  // namespace

Result<RowStagePtr> make_stage(const LogfmtStage& stage, const Extraction& extraction) {
  if (stage.extracts.empty()) return RowStagePtr(std::make_unique<LogfmtParser>(stage.strict, stage.keep_empty, extraction));
  std::vector<Wanted> wanted;
  for (const Extract& e : stage.extracts) {
    auto key = KeyExpression(e.expression).parse();
    if (!key) return invalid("cannot parse expression [" + e.expression + "]: " + key.error().message);
    wanted.push_back({e.name, std::move(*key)});
  }
  return RowStagePtr(std::make_unique<LogfmtExpressionParser>(stage.strict, std::move(wanted), extraction));
}

}  // namespace sleipnir::logql
