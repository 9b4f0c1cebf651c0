#pragma once
#include <compare>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sleipnir {

struct Label {
  std::string name, value;
  auto operator<=>(const Label&) const = default;
};

/// A set of labels, sorted by name (bytewise), names unique. Value type; comparison is name/value lexicographic.
class LabelSet {
 public:
  LabelSet() = default;
  LabelSet(std::initializer_list<Label> labels);
  /// Takes labels in any order; of equal names the last wins.
  explicit LabelSet(std::vector<Label> labels);

  const std::string* find(std::string_view name) const;
  /// Value, or "" where there is none.
  std::string_view get(std::string_view name) const;
  bool contains(std::string_view name) const { return find(name) != nullptr; }
  void set(std::string_view name, std::string_view value);
  void erase(std::string_view name);

  bool empty() const { return labels_.empty(); }
  size_t size() const { return labels_.size(); }
  auto begin() const { return labels_.begin(); }
  auto end() const { return labels_.end(); }
  const Label& operator[](size_t i) const { return labels_[i]; }

  /// `{a="b", c="d"}` with Go-quoted values: Loki's label string, which also orders streams in answers.
  std::string to_string() const;
  /// 64 bits, stable across processes and versions (it is stored in files).
  uint64_t hash() const;
  /// Sum of name and value lengths.
  size_t bytes() const;

  auto operator<=>(const LabelSet&) const = default;

 private:
  std::vector<Label> labels_;
};

struct LabelSetHash {
  size_t operator()(const LabelSet& l) const { return l.hash(); }
};

}  // namespace sleipnir
