#pragma once
#include <string>
#include <unordered_map>
#include <vector>

#include "base/labels.h"
#include "base/result.h"

namespace sleipnir::api {

/// A parsed label string.
struct ParsedLabels {
  LabelSet labels;             ///< without empty values
  std::vector<Label> repeated; ///< all pairs, sorted by name, where a name occurs twice; empty otherwise
};

/// Parses label strings, each spelling once. One a request.
class LabelCache {
 public:
  /// The pointer lives as long as the cache. An empty text is an empty set. Error: kInvalid, `couldn't parse labels: 1:3: parse error: …`.
  Result<const ParsedLabels*> parse(const std::string& text);

 private:
  std::unordered_map<std::string, ParsedLabels> parsed_;
};

/// `{a="1", b="2"}` of pairs in the given order, as LabelSet::to_string writes it.
std::string label_string(const std::vector<Label>& labels);

}  // namespace sleipnir::api
