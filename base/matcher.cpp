#include "base/matcher.h"

#include <cctype>
#include <cstring>

#include "base/text.h"

namespace sleipnir {

std::string_view to_string(MatchOp op) {
  switch (op) {
    case MatchOp::kEqual: return "=";
    case MatchOp::kNotEqual: return "!=";
    case MatchOp::kRegex: return "=~";
    case MatchOp::kNotRegex: return "!~";
  }
  return "";
}

Result<Matcher> Matcher::make(std::string name, MatchOp op, std::string value) {
  Matcher m;
  if (op == MatchOp::kRegex || op == MatchOp::kNotRegex) {
    auto regex = Regex::compile(value, Regex::kAnchored | Regex::kDotAll);
    if (!regex) return regex.error();
    m.regex_ = std::move(*regex);
  }
  m.name_ = std::move(name);
  m.op_ = op;
  m.value_ = std::move(value);
  return m;
}

bool Matcher::matches(std::string_view v) const {
  switch (op_) {
    case MatchOp::kEqual: return v == value_;
    case MatchOp::kNotEqual: return v != value_;
    case MatchOp::kRegex: return regex_->matches(v);
    case MatchOp::kNotRegex: return !regex_->matches(v);
  }
  return false;
}

std::optional<std::vector<std::string>> Matcher::texts() const {
  if (!regex_) return std::vector<std::string>{value_};
  std::vector<std::string> texts(1);
  for (size_t i = 0; i < value_.size(); ++i) {
    const auto c = static_cast<unsigned char>(value_[i]);
    if (c == '|') {
      texts.emplace_back();
    } else if (c == '\\') {
      if (++i == value_.size() || !std::ispunct(static_cast<unsigned char>(value_[i]))) return std::nullopt;
      texts.back() += value_[i];
    } else if (c >= 0x80 || std::strchr(".^$*+?()[]{}", c)) {
      return std::nullopt;
    } else {
      texts.back() += value_[i];
    }
  }
  return texts;
}

std::string Matcher::to_string() const { return name_ + std::string(sleipnir::to_string(op_)) + go_quote(value_); }

}  // namespace sleipnir
