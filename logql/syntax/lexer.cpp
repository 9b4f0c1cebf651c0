#include "logql/syntax/lexer.h"

#include <array>
#include <unordered_map>

#include "base/number.h"
#include "logql/syntax/number_literal.h"
#include "logql/syntax/string_literal.h"

namespace sleipnir::logql {
namespace {

using Words = std::unordered_map<std::string_view, Tok>;

const Words& keywords() {
  static const Words kWords = {
      {"by", Tok::kBy}, {"without", Tok::kWithout}, {"bool", Tok::kBool}, {"offset", Tok::kOffset}, {"on", Tok::kOn},
      {"ignoring", Tok::kIgnoring}, {"group_left", Tok::kGroupLeft}, {"group_right", Tok::kGroupRight}, {"or", Tok::kOr},
      {"and", Tok::kAnd}, {"unless", Tok::kUnless}, {"json", Tok::kJson}, {"regexp", Tok::kRegexp}, {"logfmt", Tok::kLogfmt},
      {"unpack", Tok::kUnpack}, {"pattern", Tok::kPattern}, {"label_format", Tok::kLabelFormat}, {"line_format", Tok::kLineFormat},
      {"unwrap", Tok::kUnwrap}, {"decolorize", Tok::kDecolorize}, {"drop", Tok::kDrop}, {"keep", Tok::kKeep}};
  return kWords;
}

/// Keywords only where they are called (logql.md §1.4).
const Words& function_words() {
  static const Words kWords = {
      {"rate", Tok::kRate}, {"rate_counter", Tok::kRateCounter}, {"count_over_time", Tok::kCountOverTime},
      {"bytes_rate", Tok::kBytesRate}, {"bytes_over_time", Tok::kBytesOverTime}, {"avg_over_time", Tok::kAvgOverTime},
      {"sum_over_time", Tok::kSumOverTime}, {"min_over_time", Tok::kMinOverTime}, {"max_over_time", Tok::kMaxOverTime},
      {"stdvar_over_time", Tok::kStdvarOverTime}, {"stddev_over_time", Tok::kStddevOverTime},
      {"quantile_over_time", Tok::kQuantileOverTime}, {"first_over_time", Tok::kFirstOverTime}, {"last_over_time", Tok::kLastOverTime},
      {"absent_over_time", Tok::kAbsentOverTime}, {"vector", Tok::kVector}, {"sum", Tok::kSum}, {"avg", Tok::kAvg}, {"min", Tok::kMin},
      {"max", Tok::kMax}, {"count", Tok::kCount}, {"stddev", Tok::kStddev}, {"stdvar", Tok::kStdvar}, {"bottomk", Tok::kBottomk},
      {"topk", Tok::kTopk}, {"sort", Tok::kSort}, {"sort_desc", Tok::kSortDesc}, {"label_replace", Tok::kLabelReplace},
      {"approx_topk", Tok::kApproxTopk}, {"bytes", Tok::kBytesConv}, {"duration", Tok::kDurationConv},
      {"duration_seconds", Tok::kDurationSecondsConv}, {"ip", Tok::kIp}};
  return kWords;
}

Tok two_characters(char32_t first, char32_t second) {
  struct Pair { char first, second; Tok kind; };
  static constexpr std::array<Pair, 10> kPairs = {{{'|', '=', Tok::kPipeEq}, {'|', '~', Tok::kPipeRe}, {'|', '>', Tok::kPipePattern},
                                                   {'!', '=', Tok::kNotEq}, {'!', '~', Tok::kNotRe}, {'!', '>', Tok::kNotPattern},
                                                   {'=', '~', Tok::kRe}, {'=', '=', Tok::kEqEq}, {'>', '=', Tok::kGreaterEq}, {'<', '=', Tok::kLessEq}}};
  for (const Pair& p : kPairs)
    if (first == static_cast<char32_t>(p.first) && second == static_cast<char32_t>(p.second)) return p.kind;
  return Tok::kBad;
}

Tok one_character(char32_t c) {
  switch (c) {
    case '{': return Tok::kOpenBrace;
    case '}': return Tok::kCloseBrace;
    case '(': return Tok::kOpenParen;
    case ')': return Tok::kCloseParen;
    case ']': return Tok::kCloseBracket;
    case ',': return Tok::kComma;
    case '.': return Tok::kDot;
    case '=': return Tok::kEq;
    case '|': return Tok::kPipe;
    case '>': return Tok::kGreater;
    case '<': return Tok::kLess;
    case '+': return Tok::kAdd;
    case '-': return Tok::kSub;
    case '*': return Tok::kMul;
    case '/': return Tok::kDiv;
    case '%': return Tok::kMod;
    case '^': return Tok::kPow;
    default: return Tok::kIdent;  // so do unknown characters print
  }
}

bool is_digit(char32_t c) { return c >= '0' && c <= '9'; }
bool starts_word(char32_t c) { return c == '_' || (c < TextCursor::kInvalid && is_letter(c)); }
bool in_word(char32_t c) { return starts_word(c) || is_digit(c); }
bool is_blank(char32_t c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool in_duration(char32_t c) {
  return is_digit(c) || c == '.' || c == 0xB5 || (c < 0x80 && std::string_view("numshdwy").find(static_cast<char>(c)) != std::string_view::npos);
}
bool in_bytes(char32_t c) {
  return is_digit(c) || c == '.' || (c < 0x80 && std::string_view("BikKMGTP").find(static_cast<char>(c)) != std::string_view::npos);
}

Result<Nanos> duration_of(std::string_view text) {
  if (auto prometheus = parse_prometheus_duration(text)) return prometheus;
  return parse_go_duration(text);
}

class Lexer {
 public:
  explicit Lexer(std::string_view query) : cursor_(query) {}

  std::vector<Token> run() {
    cursor_.take(0xFEFF);
    while (tokens_.empty() || (tokens_.back().kind != Tok::kEnd && tokens_.back().kind != Tok::kBad)) next_token();
    return std::move(tokens_);
  }

 private:
  void next_token() {
    cursor_.skip_while(is_blank);
    start_ = cursor_.offset();
    tokens_.emplace_back().line = cursor_.line();
    token().col = cursor_.col();
    const char32_t c = cursor_.peek();
    if (c == TextCursor::kEof) return end();
    if (c == TextCursor::kInvalid) return bad("invalid UTF-8 encoding");
    if (c == 0) return bad("invalid character NUL");
    if (is_digit(c) || (c == '.' && is_digit(second()))) return number();
    if (starts_word(c)) return word();
    cursor_.next();
    switch (c) {
      case '"': return string(read_interpreted(cursor_, '"'));
      case '`': return string(read_raw(cursor_));
      case '\'': return character();
      case '#': return skip_line();
      case '/': return slash();
      case '[': return range();
      case '-': return minus();
      default: return punctuation(c);
    }
  }

  Token& token() { return tokens_.back(); }

  char32_t second() const {
    TextCursor ahead = cursor_;
    ahead.next();
    return ahead.peek();
  }

  void finish(Tok kind) {
    token().kind = kind;
    token().text = cursor_.since(start_);
  }

  void bad(std::string message) {
    token().kind = Tok::kBad;
    token().text = std::move(message);
  }

  /// The text was completed character by character, which loses Loki the line (logql.md §1.1).
  void finish_unplaced(Tok kind) {
    finish(kind);
    token().line = 0;
  }

  void end() {
    token().kind = Tok::kEnd;
    if (cursor_.offset() == 0) token().line = token().col = 0;
  }

  void word() {
    cursor_.skip_while(in_word);
    const std::string lowered = to_lower(cursor_.since(start_));
    if (auto word = function_words().find(lowered); word != function_words().end()) return finish(is_called() ? word->second : Tok::kIdent);
    auto word = keywords().find(lowered);
    finish(word == keywords().end() ? Tok::kIdent : word->second);
  }

  /// `(` follows, or `by (`, `without (`.
  bool is_called() const {
    TextCursor ahead = cursor_;
    auto skip_space = [&] { ahead.skip_while([](char32_t c) { return c < TextCursor::kInvalid && is_space(c); }); };
    skip_space();
    if (ahead.peek() == '(') return true;
    const size_t start = ahead.offset();
    while (!ahead.at_end() && ahead.offset() - start < std::string_view("without").size()) {
      ahead.next();
      const std::string lowered = to_lower(ahead.since(start));
      if (lowered != "by" && lowered != "without") continue;
      skip_space();
      return ahead.peek() == '(';
    }
    return false;
  }

  void number() {
    if (auto scanned = skip_number(cursor_); !scanned) return bad(scanned.error().message);
    if (with_duration() || with_bytes()) return;
    finish(Tok::kNumber);
  }

  /// Behind the characters of the class that follow. Looking at no more than this many keeps lexing linear.
  template <class Class>
  TextCursor behind_run(Class in_class) const {
    constexpr int kLongest = 256;
    TextCursor ahead = cursor_;
    for (int i = 0; i < kLongest && !ahead.at_end() && in_class(ahead.peek()); ++i) ahead.next();
    return ahead;
  }

  bool with_duration() {
    const TextCursor ahead = behind_run(in_duration);
    if (ahead.offset() == cursor_.offset()) return false;
    auto duration = duration_of(ahead.since(start_));
    if (!duration) return false;
    cursor_ = ahead;
    finish_unplaced(Tok::kDuration);
    token().duration = *duration;
    return true;
  }

  bool with_bytes() {
    const TextCursor ahead = behind_run(in_bytes);
    if (ahead.offset() == cursor_.offset()) return false;
    auto bytes = parse_bytes(ahead.since(start_));
    if (!bytes) return false;
    cursor_ = ahead;
    finish_unplaced(Tok::kBytes);
    token().bytes = *bytes;
    return true;
  }

  void string(Result<std::string> value) {
    if (!value) return bad(value.error().message);
    token().kind = Tok::kString;
    token().text = std::move(*value);
  }

  void character() {
    auto value = read_interpreted(cursor_, '\'');
    if (!value) return bad(value.error().message);
    TextCursor content(*value);
    content.next();
    if (value->empty() || !content.at_end()) return bad("invalid char literal");
    finish(Tok::kIdent);
  }

  void skip_line() {
    tokens_.pop_back();
    cursor_.skip_while([](char32_t c) { return c != '\n'; });
    if (cursor_.at_end()) return;
    cursor_.next();
  }

  void slash() {
    if (cursor_.peek() == '/') return skip_line();
    if (cursor_.peek() != '*') return finish(Tok::kDiv);
    cursor_.next();
    for (char32_t last = 0; !cursor_.at_end();) {
      const char32_t c = cursor_.next();
      if (last == '*' && c == '/') return tokens_.pop_back();
      last = c;
    }
    bad("comment not terminated");
  }

  void range() {
    token().line = 0;
    const size_t start = cursor_.offset();
    cursor_.skip_while([](char32_t c) { return c != ']'; });
    if (cursor_.at_end()) return bad("missing closing ']' in duration");
    auto duration = parse_prometheus_duration(cursor_.since(start));
    if (!duration) return bad(duration.error().message);
    cursor_.next();
    finish(Tok::kRange);
    token().duration = *duration;
  }

  void minus() {
    if (cursor_.peek() == '-' && flag()) return;
    if (with_duration()) return;
    finish(Tok::kSub);
  }

  bool flag() {
    const TextCursor ahead = behind_run([](char32_t c) { return c == '-' || (c != '_' && starts_word(c)); });
    const std::string_view text = ahead.since(start_);
    if (text != "--strict" && text != "--keep-empty") return false;
    cursor_ = ahead;
    finish_unplaced(Tok::kFlag);
    return true;
  }

  void punctuation(char32_t c) {
    if (const Tok pair = two_characters(c, cursor_.peek()); pair != Tok::kBad) {
      cursor_.next();
      return finish_unplaced(pair);
    }
    finish(one_character(c));
  }

  TextCursor cursor_;
  size_t start_ = 0;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> lex(std::string_view query) { return Lexer(query).run(); }

}  // namespace sleipnir::logql
