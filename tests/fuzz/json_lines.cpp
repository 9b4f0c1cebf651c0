// JSON lines: fields and times.
#include <cstdint>

#include "api/ingest/line_fields.h"
#include "api/ingest/line_time.h"
#include "base/text.h"
#include "input.h"

using namespace sleipnir;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  api::LineFields fields({"a", "b.c", "time"});
  if (const auto read = fields.read(line); !read) {
    fuzz::require(!read.error().message.empty(), "a refusal has a message", line);
  } else {
    const std::string_view object = trim_space(line);
    fuzz::require(object.starts_with('{') && object.ends_with('}'), "what is read is an object", line);
    for (size_t i = 0; i < 3; ++i) fuzz::require(fields.text(i).size() <= size, "values come from the line", line);
    api::parse_line_time(fields.text(2));
  }
  api::parse_line_time(line);
  return 0;
}
