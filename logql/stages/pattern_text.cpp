#include "logql/stages/pattern_text.h"

namespace sleipnir::logql {
namespace {

bool is_name_byte(char c, bool first) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (!first && c >= '0' && c <= '9');
}

/// Length of the capture that starts at text[i], 0 where there is none.
size_t capture_length(std::string_view text, size_t i) {
  if (text[i] != '<') return 0;
  size_t end = i + 1;
  while (end < text.size() && is_name_byte(text[end], end == i + 1)) ++end;
  return end > i + 1 && end < text.size() && text[end] == '>' ? end + 1 - i : 0;
}

}  // namespace

Result<LinePattern> parse_pattern(std::string_view text) {
  LinePattern nodes;
  for (size_t i = 0; i < text.size();) {
    const size_t length = capture_length(text, i);
    const bool after_capture = !nodes.empty() && nodes.back().capture;
    if (length == 0) {
      if (nodes.empty() || after_capture) nodes.push_back({});
      nodes.back().text += text[i++];
      continue;
    }
    const std::string name(text.substr(i + 1, length - 2));
    if (after_capture) return invalid("found consecutive capture '<" + nodes.back().text + "><" + name + ">': invalid expression");
    nodes.push_back({true, name});
    i += length;
  }
  return nodes;
}

}  // namespace sleipnir::logql
