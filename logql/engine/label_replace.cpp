#include "logql/engine/label_replace.h"

#include <re2/re2.h>

#include <cctype>

#include "base/regex.h"

namespace sleipnir::logql {

namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

/// Go's Regexp.Expand: `$1`, `$name` (the longest run of letters, digits and `_`), `${name}`, `$$`; unknown names are empty.
class Expansion {
 public:
  Expansion(const re2::RE2& re, const std::vector<re2::StringPiece>& groups) : re_(re), groups_(groups) {}

  std::string of(std::string_view text) const {
    std::string out;
    for (size_t i = 0; i < text.size();) {
      if (text[i] != '$') {
        out += text[i++];
      } else if (i + 1 < text.size() && text[i + 1] == '$') {
        out += '$';
        i += 2;
      } else {
        i += expand_name(text.substr(i), out);
      }
    }
    return out;
  }

 private:
  /// `text` starts at `$`. Returns how much was consumed; what is no name stays as written.
  size_t expand_name(std::string_view text, std::string& out) const {
    bool braced = text.size() > 1 && text[1] == '{';
    size_t begin = braced ? 2 : 1, end = begin;
    while (end < text.size() && is_word(text[end])) ++end;
    if (end == begin || (braced && (end == text.size() || text[end] != '}'))) {
      out += '$';
      return 1;
    }
    append_group(text.substr(begin, end - begin), out);
    return braced ? end + 1 : end;
  }

  void append_group(std::string_view name, std::string& out) const {
    size_t index = groups_.size();
    if (name.find_first_not_of("0123456789") == std::string_view::npos) {
      if (name.size() < 9 && !(name.size() > 1 && name[0] == '0')) index = std::stoul(std::string(name));
    } else {
      auto named = re_.NamedCapturingGroups().find(std::string(name));
      if (named != re_.NamedCapturingGroups().end()) index = static_cast<size_t>(named->second);
    }
    if (index < groups_.size()) out.append(groups_[index].data() ? groups_[index].data() : "", groups_[index].size());
  }

  const re2::RE2& re_;
  const std::vector<re2::StringPiece>& groups_;
};

void apply(const LabelReplace& replace, const re2::RE2& re, LabelSet& labels) {
  std::vector<re2::StringPiece> groups(static_cast<size_t>(re.NumberOfCapturingGroups()) + 1);
  std::string value(labels.get(replace.src));
  if (!re.Match(value, 0, value.size(), re2::RE2::ANCHOR_BOTH, groups.data(), static_cast<int>(groups.size()))) return;
  std::string replaced = Expansion(re, groups).of(replace.replacement);
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
