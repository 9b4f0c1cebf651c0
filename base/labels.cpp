#include "base/labels.h"

#include <algorithm>

#include <xxhash.h>

#include "base/text.h"

namespace sleipnir {
namespace {

auto lower_bound(auto& labels, std::string_view name) {
  return std::lower_bound(labels.begin(), labels.end(), name, [](const Label& l, std::string_view n) { return l.name.compare(n) < 0; });
}

}  // namespace

LabelSet::LabelSet(std::initializer_list<Label> labels) : LabelSet(std::vector<Label>(labels)) {}

LabelSet::LabelSet(std::vector<Label> labels) : labels_(std::move(labels)) {
  const auto unordered = [](const Label& a, const Label& b) { return a.name.compare(b.name) >= 0; };
  if (std::adjacent_find(labels_.begin(), labels_.end(), unordered) == labels_.end()) return;
  std::stable_sort(labels_.begin(), labels_.end(), [](const Label& a, const Label& b) { return a.name.compare(b.name) < 0; });
  size_t kept = 0;
  for (size_t i = 0; i < labels_.size(); ++i) {
    if (i + 1 < labels_.size() && labels_[i + 1].name == labels_[i].name) continue;
    if (kept != i) labels_[kept] = std::move(labels_[i]);
    ++kept;
  }
  labels_.resize(kept);
}

const std::string* LabelSet::find(std::string_view name) const {
  auto it = lower_bound(labels_, name);
  return it != labels_.end() && it->name == name ? &it->value : nullptr;
}

std::string_view LabelSet::get(std::string_view name) const {
  const std::string* v = find(name);
  return v ? std::string_view(*v) : std::string_view();
}

void LabelSet::set(std::string_view name, std::string_view value) {
  auto it = lower_bound(labels_, name);
  if (it != labels_.end() && it->name == name) it->value = value;
  else labels_.insert(it, Label{std::string(name), std::string(value)});
}

void LabelSet::erase(std::string_view name) {
  auto it = lower_bound(labels_, name);
  if (it != labels_.end() && it->name == name) labels_.erase(it);
}

std::string LabelSet::to_string() const {
  std::string out = "{";
  for (const Label& l : labels_) {
    if (out.size() > 1) out += ", ";
    out += l.name;
    out += '=';
    out += go_quote(l.value);
  }
  return out += '}';
}

uint64_t LabelSet::hash() const {
  // Names and values are terminated by 0xff, which no valid UTF-8 holds; seeds chain the parts.
  uint64_t h = labels_.size();
  for (const Label& l : labels_) {
    h = XXH3_64bits_withSeed(l.name.data(), l.name.size(), h);
    h = XXH3_64bits_withSeed(l.value.data(), l.value.size(), h ^ 0xff);
  }
  return h;
}

size_t LabelSet::bytes() const {
  size_t n = 0;
  for (const Label& l : labels_) n += l.name.size() + l.value.size();
  return n;
}

}  // namespace sleipnir
