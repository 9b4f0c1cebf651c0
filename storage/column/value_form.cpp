#include "storage/column/value_form.h"

#include <algorithm>

#include "storage/column/leading_digits.h"

namespace sleipnir::storage {
namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }

/// The longest stretch without digits: it stands in the text of every form that may hold the needle.
std::string_view longest_stretch(std::string_view needle) {
  std::string_view best;
  for (size_t i = 0; i < needle.size();) {
    size_t end = i;
    while (end < needle.size() && !digit(needle[end])) ++end;
    if (end - i > best.size()) best = needle.substr(i, end - i);
    i = end + 1;
  }
  return best;
}

}  // namespace

bool cut_numbers(std::string_view value, std::string& text, std::vector<uint64_t>& numbers, std::string* digits) {
  text.clear();
  numbers.clear();
  if (digits) digits->clear();
  for (size_t i = 0; i < value.size();) {
    size_t end = i;
    while (end < value.size() && !digit(value[end]) && value[end] != '\0') ++end;
    text.append(value, i, end - i);
    if (end == value.size()) return true;
    if (value[end] == '\0') return false;
    i = end;
    const Digits run = leading_digits(value, i);
    end += run.count;
    if ((value[i] == '0' && run.count > 1 && !digits) || run.count > kMostNumberDigits) {
      text.append(value, i, run.count);
    } else {
      if (numbers.size() == kMostNumbers) return false;
      numbers.push_back(run.number);
      if (digits) *digits += static_cast<char>(run.count);
      text += '\0';
    }
    i = end;
  }
  return true;
}

std::optional<Alignment> align_numbers(std::string_view form, const TextTest& test) {
  using Op = TextTest::Op;
  if (test.text.empty()) return Alignment{test.op != Op::kEquals || form.empty(), {}};
  if (test.text.find('\0') != std::string::npos || form.find(longest_stretch(test.text)) == std::string_view::npos) return Alignment();
  // A NUL, which no value holds, marks both ends.
  const std::string mark(1, '\0');
  const bool begins = test.op == Op::kStartsWith || test.op == Op::kEquals, ends = test.op == Op::kEndsWith || test.op == Op::kEquals;
  Shape shape;
  for (size_t from = 0;;) {
    const size_t end = std::min(form.find('\0', from), form.size());
    shape.pieces.emplace_back(form.substr(from, end - from));
    if (end == form.size()) break;
    shape.slots.push_back({SlotKind::kNumber, static_cast<uint32_t>(shape.slots.size())});
    from = end + 1;
  }
  shape.pieces.front() = mark + shape.pieces.front();
  shape.pieces.back() += mark;
  return align(shape, (begins ? mark : "") + test.text + (ends ? mark : ""));
}

bool form_may_hold(std::string_view text, std::span<const NumberRange> numbers, const TextTest& test) {
  if (numbers.empty()) return test.holds(text);
  // Digits stand within one number or one run of the text: nothing has to be aligned.
  if (test.op == TextTest::Op::kContains && !test.text.empty() && std::all_of(test.text.begin(), test.text.end(), digit))
    return text.find(test.text) != std::string_view::npos || std::any_of(numbers.begin(), numbers.end(), [&](const NumberRange& n) { return n.may_hold(test); });
  const auto alignment = align_numbers(text, test);
  if (!alignment || alignment->always) return true;
  return std::any_of(alignment->alternatives.begin(), alignment->alternatives.end(), [&](const Alignment::Alternative& tests) {
    return std::all_of(tests.begin(), tests.end(), [&](const Alignment::SlotTest& t) { return numbers[t.slot].may_hold(t.test); });
  });
}

std::string ValueForm::longest() const {
  std::string out;
  size_t n = 0;
  for (const char c : text) {
    if (c != '\0') {
      out += c;
      continue;
    }
    const std::string number = std::to_string(numbers[n].high);
    out.append(numbers[n].digits - std::min<size_t>(numbers[n].digits, number.size()), '0');
    out += number;
    ++n;
  }
  return out;
}

}  // namespace sleipnir::storage
