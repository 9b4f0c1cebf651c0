#pragma once
#include <cstdint>
#include <string_view>

namespace sleipnir::logql::gotemplate {

enum class Field : uint8_t {
  kNone, kLongMonth, kMonth, kNumMonth, kZeroMonth, kLongWeekday, kWeekday, kDay, kUnderDay, kZeroDay, kUnderYearDay, kZeroYearDay,
  kHour, kHour12, kZeroHour12, kMinute, kZeroMinute, kSecond, kZeroSecond, kLongYear, kYear, kUpperPm, kLowerPm, kZoneName,
  kZulu, kZuluSeconds, kZuluShort, kZuluColon, kZuluColonSeconds,      ///< Z0700 and kin: `Z` for UTC
  kOffset, kOffsetSeconds, kOffsetShort, kOffsetColon, kOffsetColonSeconds,
  kFractionZeros, kFractionNines,
};

/// The spellings of an offset from UTC.
constexpr bool is_zulu(Field f) { return f >= Field::kZulu && f <= Field::kZuluColonSeconds; }
constexpr bool has_hours_only(Field f) { return f == Field::kZuluShort || f == Field::kOffsetShort; }
constexpr bool has_seconds(Field f) {
  return f == Field::kZuluSeconds || f == Field::kZuluColonSeconds || f == Field::kOffsetSeconds || f == Field::kOffsetColonSeconds;
}
constexpr bool has_colons(Field f) {
  return f == Field::kZuluColon || f == Field::kZuluColonSeconds || f == Field::kOffsetColon || f == Field::kOffsetColonSeconds;
}

/// The first field of a layout, what stands before and what follows it.
struct LayoutChunk {
  std::string_view before;
  Field field = Field::kNone;
  std::string_view rest;
  int digits = 0;      ///< of a fraction
  char point = '.';    ///< of a fraction
};
LayoutChunk next_chunk(std::string_view layout);

}  // namespace sleipnir::logql::gotemplate
