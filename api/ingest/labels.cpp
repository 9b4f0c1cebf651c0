#include "api/ingest/labels.h"

#include <algorithm>
#include <string_view>

#include "logql/syntax/parse.h"

namespace sleipnir::api {
namespace {

/// Number of `name=value` pairs in a valid label string: its equal signs outside quotes.
size_t count_pairs(std::string_view text) {
  size_t pairs = 0;
  char quote = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote) {
      if (c == '\\' && quote != '`') ++i;
      else if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'' || c == '`') {
      quote = c;
    } else {
      pairs += c == '=';
    }
  }
  return pairs;
}

/// The pairs of a label string if a name occurs twice, which a label set cannot show.
std::vector<Label> repeated_pairs(const std::string& text) {
  auto matchers = logql::parse_selector(text, logql::SelectorRule::kAny);
  if (!matchers) return {};
  std::vector<Label> pairs;
  for (const Matcher& m : *matchers)
    if (!m.value().empty()) pairs.push_back({m.name(), m.value()});
  std::stable_sort(pairs.begin(), pairs.end(), [](const Label& a, const Label& b) { return a.name < b.name; });
  const auto twice = std::adjacent_find(pairs.begin(), pairs.end(), [](const Label& a, const Label& b) { return a.name == b.name; });
  if (twice == pairs.end()) pairs.clear();
  return pairs;
}

}  // namespace

Result<const ParsedLabels*> LabelCache::parse(const std::string& text) {
  const auto [it, fresh] = parsed_.try_emplace(text);
  ParsedLabels& parsed = it->second;
  if (!fresh || text.empty()) return &parsed;
  auto labels = logql::parse_labels(text);
  if (!labels) {
    parsed_.erase(it);
    return invalid("couldn't parse labels: " + labels.error().message);
  }
  parsed.labels = std::move(*labels);
  std::vector<std::string> empty;
  for (const Label& label : parsed.labels)
    if (label.value.empty()) empty.push_back(label.name);
  if (count_pairs(text) > parsed.labels.size()) parsed.repeated = repeated_pairs(text);
  for (const std::string& name : empty) parsed.labels.erase(name);
  return &parsed;
}

std::string label_string(const std::vector<Label>& labels) {
  std::string text = "{";
  for (const Label& label : labels) {
    const std::string one = LabelSet{label}.to_string();
    if (text.size() > 1) text += ", ";
    text.append(one, 1, one.size() - 2);
  }
  return text + "}";
}

}  // namespace sleipnir::api
