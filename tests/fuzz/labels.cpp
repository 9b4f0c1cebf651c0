// Label strings of pushes, and selectors.
#include <cstdint>

#include "base/text.h"
#include "input.h"
#include "logql/syntax/parse.h"

using namespace sleipnir;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto labels = logql::parse_labels(text)) {
    bool valid = true;
    for (const Label& l : *labels) valid &= valid_utf8(l.value) && !l.name.empty() && sanitize_label_name(l.name) == l.name;
    const auto again = logql::parse_labels(labels->to_string());
    fuzz::require(!valid || (again && *again == *labels), "a label string reads back", text);
  } else {
    fuzz::require(!labels.error().message.empty(), "a refusal has a message", text);
  }
  (void)logql::parse_selector(text, static_cast<logql::SelectorRule>(size % 2));
  return 0;
}
