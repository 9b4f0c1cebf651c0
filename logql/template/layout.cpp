#include "logql/template/layout.h"

namespace sleipnir::logql::gotemplate {
namespace {

struct Spelling {
  std::string_view text;
  Field field;
};

/// Longer spellings before their prefixes.
constexpr Spelling kSpellings[] = {
    {"January", Field::kLongMonth}, {"Jan", Field::kMonth}, {"Monday", Field::kLongWeekday}, {"Mon", Field::kWeekday}, {"MST", Field::kZoneName},
    {"002", Field::kZeroYearDay}, {"01", Field::kZeroMonth}, {"02", Field::kZeroDay}, {"03", Field::kZeroHour12}, {"04", Field::kZeroMinute},
    {"05", Field::kZeroSecond}, {"06", Field::kYear}, {"15", Field::kHour}, {"1", Field::kNumMonth}, {"2006", Field::kLongYear}, {"2", Field::kDay},
    {"__2", Field::kUnderYearDay}, {"_2", Field::kUnderDay}, {"3", Field::kHour12}, {"4", Field::kMinute}, {"5", Field::kSecond},
    {"PM", Field::kUpperPm}, {"pm", Field::kLowerPm},
    {"-070000", Field::kOffsetSeconds}, {"-07:00:00", Field::kOffsetColonSeconds}, {"-0700", Field::kOffset}, {"-07:00", Field::kOffsetColon},
    {"-07", Field::kOffsetShort},
    {"Z070000", Field::kZuluSeconds}, {"Z07:00:00", Field::kZuluColonSeconds}, {"Z0700", Field::kZulu}, {"Z07:00", Field::kZuluColon},
    {"Z07", Field::kZuluShort},
};

/// Bytes that a field can begin with.
constexpr std::string_view kStarts = "JM0123456_Pp-Z.,";

bool lower_at(std::string_view s, size_t i) { return i < s.size() && s[i] >= 'a' && s[i] <= 'z'; }
bool digit_at(std::string_view s, size_t i) { return i < s.size() && s[i] >= '0' && s[i] <= '9'; }

bool fraction(std::string_view layout, size_t i, LayoutChunk& chunk) {
  if ((layout[i] != '.' && layout[i] != ',') || i + 1 >= layout.size()) return false;
  const char digit = layout[i + 1];
  if (digit != '0' && digit != '9') return false;
  size_t end = i + 1;
  while (end < layout.size() && layout[end] == digit) ++end;
  if (digit_at(layout, end)) return false;
  const Field field = digit == '0' ? Field::kFractionZeros : Field::kFractionNines;
  chunk = {layout.substr(0, i), field, layout.substr(end), static_cast<int>(end - i - 1), layout[i]};
  return true;
}

}  // namespace

LayoutChunk next_chunk(std::string_view layout) {
  LayoutChunk chunk;
  for (size_t i = 0; (i = layout.find_first_of(kStarts, i)) != layout.npos; ++i) {
    if (fraction(layout, i, chunk)) return chunk;
    const std::string_view here = layout.substr(i);
    // `_2006` is an underscore and a year.
    if (here.starts_with("_2006")) return {layout.substr(0, i + 1), Field::kLongYear, here.substr(5)};
    for (const auto& [text, field] : kSpellings) {
      if (here[0] != text[0] || !here.starts_with(text)) continue;
      // `Jan` and `Mon` are no fields inside words such as `Janet`.
      if ((field == Field::kMonth || field == Field::kWeekday) && lower_at(here, text.size())) continue;
      return {layout.substr(0, i), field, here.substr(text.size())};
    }
  }
  chunk.before = layout;
  return chunk;
}

}  // namespace sleipnir::logql::gotemplate
