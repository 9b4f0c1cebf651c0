#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"

namespace sleipnir::logql {

/// What a token is. The order is the one in which messages list expected tokens (logql.md §12.2).
enum class Tok : uint8_t {
  kEnd, kBytes, kIdent, kString, kNumber, kFlag, kDuration, kRange,
  kEq, kRe, kNotRe, kNotPattern, kOpenBrace, kCloseBrace, kOpenBracket, kCloseBracket, kComma, kDot,
  kPipeRe, kPipeEq, kPipePattern, kOpenParen, kCloseParen, kBy, kWithout,
  kCountOverTime, kRate, kRateCounter, kSum, kSort, kSortDesc, kAvg, kMax, kMin, kCount, kStddev, kStdvar, kBottomk, kTopk, kApproxTopk,
  kBytesOverTime, kBytesRate, kBool, kJson, kRegexp, kLogfmt, kPipe, kLineFormat, kLabelFormat, kUnwrap,
  kAvgOverTime, kSumOverTime, kMinOverTime, kMaxOverTime, kStdvarOverTime, kStddevOverTime, kQuantileOverTime,
  kBytesConv, kDurationConv, kDurationSecondsConv, kFirstOverTime, kLastOverTime, kAbsentOverTime, kVector,
  kLabelReplace, kUnpack, kOffset, kPattern, kIp, kOn, kIgnoring, kGroupLeft, kGroupRight, kDecolorize, kDrop, kKeep,
  kOr, kAnd, kUnless, kEqEq, kNotEq, kLess, kLessEq, kGreater, kGreaterEq, kAdd, kSub, kMul, kDiv, kMod, kPow,
  kBad,  ///< cannot be lexed; `text` is the message
};

/// As messages name it: `IDENTIFIER`, `|=`, `$end`.
std::string_view name_of(Tok kind);

struct Token {
  Tok kind = Tok::kEnd;
  std::string text;        ///< as written; the value of a string
  Nanos duration = 0;      ///< kDuration, kRange
  uint64_t bytes = 0;      ///< kBytes
  uint32_t line = 0, col = 0;  ///< of the first character, from 1; line 0 for tokens completed character by character (logql.md §1.1)
};

}  // namespace sleipnir::logql
