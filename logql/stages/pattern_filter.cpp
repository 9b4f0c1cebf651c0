#include "logql/stages/pattern_filter.h"

#include "logql/stages/pattern_text.h"

namespace sleipnir::logql {

Result<PatternFilter> PatternFilter::compile(std::string_view pattern) {
  auto nodes = parse_pattern(pattern);
  if (!nodes) return nodes.error();
  PatternFilter filter;
  for (const PatternNode& n : *nodes) {
    if (n.named()) return invalid("named captures are not allowed: found '<" + n.text + ">'");
    if (!n.capture) filter.literals_.push_back(n.text);
  }
  if (!nodes->empty()) {
    filter.leading_placeholder_ = nodes->front().capture;
    filter.trailing_placeholder_ = nodes->back().capture;
  }
  return filter;
}

bool PatternFilter::matches(std::string_view line) const {
  const bool empty = literals_.empty() && !leading_placeholder_;
  if (line.empty() || empty) return line.empty() && empty;
  size_t at = 0;
  for (size_t n = 0; n < literals_.size(); ++n) {
    const size_t found = line.find(literals_[n], at);
    if (found == std::string_view::npos) return false;
    const bool first_node = n == 0 && !leading_placeholder_;
    if (found == at && !first_node) return false;  // a placeholder holds at least one byte
    at = found + literals_[n].size();
  }
  return trailing_placeholder_ == (at != line.size());
}

}  // namespace sleipnir::logql
