#include "logql/engine/label_replace.h"

#include <re2/re2.h>

#include "base/regex.h"
#include "base/text.h"
#include "logql/engine/grouping.h"
#include "logql/template/regex_expansion.h"

namespace sleipnir::logql {

namespace {

void apply(const LabelReplace& replace, const re2::RE2& re, LabelSet& labels) {
  std::vector<re2::StringPiece> groups(static_cast<size_t>(re.NumberOfCapturingGroups()) + 1);
  const std::string value = replace_invalid_utf8(labels.get(replace.src));
  if (!re.Match(value, 0, value.size(), re2::RE2::ANCHOR_BOTH, groups.data(), static_cast<int>(groups.size()))) return;
  std::string replaced;
  gotemplate::append_expansion(replaced, re, groups, replace.replacement);
  labels = all_but(labels, {});
  if (replaced.empty()) labels.erase(replace.dst);
  else labels.set(replace.dst, replaced);
}

}  // namespace

Result<Vector> replace_label(const LabelReplace& replace, Vector inner, Poll& poll) {
  auto regex = Regex::compile(replace.regex, Regex::kAnchored);
  if (!regex.ok() && regex.error().kind != ErrorKind::kInvalid) return regex.error();
  if (!regex.ok()) return invalid("invalid regex in label_replace: " + regex.error().message);
  for (PointSeries& series : inner.series) {
    if (poll.expired()) return poll.status().error();
    apply(replace, regex->re2(), series.labels);
  }
  return inner;
}

}  // namespace sleipnir::logql
