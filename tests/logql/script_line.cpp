#include "logql/script_line.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/number.h"
#include "base/text.h"

namespace sleipnir::testing {

namespace {

constexpr std::string_view kBlanks = " \t";

[[noreturn]] void fail(const std::string& message) { throw ScriptError{message}; }

Nanos duration_of(std::string_view text) {
  auto d = parse_go_duration(text);
  if (!d.ok()) fail(d.error().message);
  return *d;
}

/// The code that so many hexadecimal digits name.
uint32_t code_of(std::string_view& rest, size_t digits) {
  uint32_t code = 0;
  const char* end = rest.data() + std::min(digits, rest.size());
  if (std::from_chars(rest.data(), end, code, 16).ptr != rest.data() + digits) fail("an escape needs " + std::to_string(digits) + " digits");
  rest.remove_prefix(digits);
  return code;
}

}  // namespace

void LineReader::skip_blanks() {
  rest_.remove_prefix(std::min(rest_.find_first_not_of(kBlanks), rest_.size()));
}

bool LineReader::at_end() {
  skip_blanks();
  return rest_.empty();
}

bool LineReader::next_is(std::string_view prefix) {
  skip_blanks();
  return rest_.starts_with(prefix);
}

bool LineReader::take(std::string_view word) {
  if (!next_is(word)) return false;
  if (rest_.size() > word.size() && kBlanks.find(rest_[word.size()]) == std::string_view::npos) return false;
  rest_.remove_prefix(word.size());
  return true;
}

std::string_view LineReader::word() {
  skip_blanks();
  std::string_view taken = rest_.substr(0, rest_.find_first_of(kBlanks));
  rest_.remove_prefix(taken.size());
  if (taken.empty()) fail("line ends too early");
  return taken;
}

std::string_view LineReader::rest() {
  skip_blanks();
  return std::exchange(rest_, {});
}

void LineReader::expect(char c) {
  skip_blanks();
  if (rest_.empty() || rest_.front() != c) fail(std::string("expected ") + c + " before: " + std::string(rest_));
  rest_.remove_prefix(1);
}

Nanos LineReader::time_of(std::string_view text) const {
  if (text.find('T') == std::string_view::npos) return base_ + duration_of(text);
  auto t = parse_rfc3339(text);
  if (!t.ok()) fail(t.error().message);
  return *t;
}

Nanos LineReader::time() { return time_of(word()); }

Nanos LineReader::duration() { return duration_of(word()); }

uint64_t LineReader::count() {
  auto n = parse_go_int(word());
  if (!n.ok() || *n < 0) fail("expected a count");
  return static_cast<uint64_t>(*n);
}

LineReader::Times LineReader::times() {
  std::string_view text = word();
  size_t dots = text.find(".."), slash = text.find('/');
  if (dots == std::string_view::npos) {
    Nanos t = time_of(text);
    return {t, t, 0};
  }
  Nanos step = slash == std::string_view::npos ? 0 : duration_of(text.substr(slash + 1));
  slash = std::min(slash, text.size());
  return {time_of(text.substr(0, dots)), time_of(text.substr(dots + 2, slash - dots - 2)), step};
}

std::string LineReader::string() {
  if (!next_is("`")) return interpreted();
  rest_.remove_prefix(1);
  size_t end = rest_.find('`');
  if (end == std::string_view::npos) fail("raw string does not end");
  std::string text(rest_.substr(0, end));
  rest_.remove_prefix(end + 1);
  return text;
}

std::string LineReader::interpreted() {
  expect('"');
  std::string text;
  while (true) {
    if (rest_.empty()) fail("string does not end");
    char c = rest_.front();
    rest_.remove_prefix(1);
    if (c == '"') return text;
    if (c != '\\') {
      text += c;
      continue;
    }
    if (rest_.empty()) fail("string does not end");
    char escape = rest_.front();
    rest_.remove_prefix(1);
    constexpr std::string_view kNames = "abfnrtv\\\"", kCodes = "\a\b\f\n\r\t\v\\\"";
    if (size_t i = kNames.find(escape); i != std::string_view::npos) text += kCodes[i];
    else if (escape == 'x') text += static_cast<char>(code_of(rest_, 2));
    else if (escape == 'u') append_utf8(text, code_of(rest_, 4));
    else fail(std::string("unknown escape \\") + escape);
  }
}

LabelSet LineReader::labels() {
  std::vector<Label> labels;
  expect('{');
  while (!next_is("}")) {
    if (!labels.empty()) expect(',');
    skip_blanks();
    std::string name(rest_.substr(0, rest_.find('=')));
    rest_.remove_prefix(name.size());
    expect('=');
    labels.push_back({std::move(name), string()});
  }
  expect('}');
  return LabelSet(std::move(labels));
}

LineReader::Values LineReader::values() {
  std::string_view text = word();
  uint64_t repeat = 1;
  if (size_t x = text.rfind('x'); x != std::string_view::npos) {
    auto n = parse_go_int(text.substr(x + 1));
    if (!n.ok() || *n <= 0) fail("expected VALUExCOUNT: " + std::string(text));
    repeat = static_cast<uint64_t>(*n);
    text = text.substr(0, x);
  }
  if (text == "_") return {std::nullopt, repeat};
  auto value = parse_go_float(text);
  if (!value.ok()) fail(value.error().message);
  return {*value, repeat};
}

}  // namespace sleipnir::testing
