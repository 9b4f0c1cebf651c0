// Durations, times, numbers, regular expressions and text encodings of base/.
#include <cstdint>
#include <string>

#include "base/regex.h"
#include "base/text.h"
#include "base/time.h"
#include "input.h"

using namespace sleipnir;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto d = parse_go_duration(text)) {
    const auto again = parse_go_duration(format_go_duration(*d));
    fuzz::require(again && *again == *d, "a Go duration reads back", text);
  }
  if (const auto d = parse_prometheus_duration(text)) {
    const auto again = parse_prometheus_duration(format_prometheus_duration(*d));
    fuzz::require(again && *again == *d, "a Prometheus duration reads back", text);
  }
  (void)parse_rfc3339(text);
  (void)go_quote(text);
  (void)sanitize_label_name(text);
  (void)to_upper(text);
  (void)to_lower(text);
  std::string json;
  append_json_string(json, text, size % 2 == 0);
  fuzz::require(valid_utf8(json), "a JSON string is valid UTF-8", text);
  if (size < 200) {
    if (const auto r = Regex::compile(text, static_cast<unsigned>(size) & 3)) (void)r->matches(text);
  }
  return 0;
}
