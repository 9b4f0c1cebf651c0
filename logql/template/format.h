#pragma once
// Go's fmt for template values.
#include <span>
#include <string>
#include <string_view>

#include "logql/template/value.h"

namespace sleipnir::logql::gotemplate {

/// `%v`, which is also how an action prints; `<nil>` for no value.
void append_value(std::string& out, const Value& v);

/// Blanks between operands of which neither is a string.
void append_print(std::string& out, std::span<const Value> args);
/// Blanks between all operands, and a newline.
void append_println(std::string& out, std::span<const Value> args);
/// Stops soon after `limit` bytes have been written; the caller checks.
void append_printf(std::string& out, std::string_view format, std::span<const Value> args, size_t limit);

/// Go's strconv.FormatFloat for the verbs b e E f g G x X; precision -1 is the shortest that reads back the same.
/// Infinities are `+Inf` and `-Inf`.
std::string format_float(double v, char verb, int precision);

/// The text of Duration, Month and Weekday.
std::string named_int_text(const Value& v);

}  // namespace sleipnir::logql::gotemplate
