#include "logql/syntax/token.h"

#include <array>

namespace sleipnir::logql {

std::string_view name_of(Tok kind) {
  static constexpr std::array<std::string_view, static_cast<size_t>(Tok::kBad) + 1> kNames = {
      "$end", "BYTES", "IDENTIFIER", "STRING", "NUMBER", "FUNCTION_FLAG", "DURATION", "RANGE",
      "=", "=~", "!~", "!>", "{", "}", "[", "]", ",", ".",
      "|~", "|=", "|>", "(", ")", "by", "without",
      "COUNT_OVER_TIME", "RATE", "RATE_COUNTER", "SUM", "SORT", "SORT_DESC", "AVG", "MAX", "MIN", "COUNT", "STDDEV", "STDVAR", "BOTTOMK", "TOPK", "APPROX_TOPK",
      "BYTES_OVER_TIME", "BYTES_RATE", "bool", "json", "regexp", "logfmt", "|", "line_format", "label_format", "unwrap",
      "AVG_OVER_TIME", "SUM_OVER_TIME", "MIN_OVER_TIME", "MAX_OVER_TIME", "STDVAR_OVER_TIME", "STDDEV_OVER_TIME", "QUANTILE_OVER_TIME",
      "BYTES_CONV", "DURATION_CONV", "DURATION_SECONDS_CONV", "FIRST_OVER_TIME", "LAST_OVER_TIME", "ABSENT_OVER_TIME", "VECTOR",
      "label_replace", "unpack", "offset", "pattern", "ip", "on", "ignoring", "group_left", "group_right", "decolorize", "drop", "keep",
      "or", "and", "unless", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "^",
      "bad token"};
  return kNames[static_cast<size_t>(kind)];
}

}  // namespace sleipnir::logql
