#include "logql/stages/unwrap.h"

#include "base/number.h"
#include "base/time.h"

namespace sleipnir::logql {
namespace {

Result<double> convert(Conversion conversion, std::string_view text) {
  switch (conversion) {
    case Conversion::kNone: return parse_go_float(text);
    case Conversion::kBytes: {
      auto bytes = parse_bytes(text);
      if (!bytes) return bytes.error();
      return static_cast<double>(*bytes);
    }
    case Conversion::kDuration:
    case Conversion::kDurationSeconds: break;
  }
  auto duration = parse_go_duration(text);
  if (!duration) return duration.error();
  const Nanos whole = *duration / kSecond, rest = *duration % kSecond;
  return static_cast<double>(whole) + static_cast<double>(rest) / 1e9;
}

}  // namespace

bool unwrap_value(const Unwrap& unwrap, Row& row, double& value) {
  const auto text = row.labels.find(unwrap.label);
  if (!text || text->empty()) return false;
  const auto converted = convert(unwrap.conversion, *text);
  value = converted ? *converted : 0;
  if (!converted) row.labels.set_error(kSampleError, converted.error().message);
  return true;
}

}  // namespace sleipnir::logql
