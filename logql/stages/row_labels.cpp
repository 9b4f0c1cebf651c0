#include "logql/stages/stage.h"

namespace sleipnir::logql {
namespace {

constexpr std::string_view kExtractedSuffix = "_extracted";

}  // namespace

const LabelSet& RowLabels::no_labels() {
  static const LabelSet none;
  return none;
}

void RowLabels::reset(const LabelSet& stream, const LabelSet& metadata) {
  stream_ = &stream;
  items_.clear();
  stream_erased_.clear();
  error_ = error_details_ = {};
  arena_.reset();
  for (const Label& l : metadata) {
    std::string_view name = l.name;
    if (stream.contains(name)) name = arena_.keep(name, kExtractedSuffix);
    if (name == kErrorLabel) {
      error_ = l.value;
    } else if (name == kErrorDetailsLabel) {
      error_details_ = l.value;
    } else if (Item* same = const_cast<Item*>(item(name))) {
      same->value = l.value;
    } else {
      items_.push_back({name, l.value, tag(name), Category::kMetadata, true});
    }
  }
}

std::optional<std::string_view> RowLabels::find(std::string_view name) const {
  if (const Item* i = item(name); i && i->live) return i->value;
  const Label* l = nullptr;
  for (const Label& s : *stream_)
    if (s.name == name) l = &s;
  if (!l) return {};
  if (!stream_erased_.empty() && stream_erased_[l - &(*stream_)[0]]) return {};
  return l->value;
}

std::optional<std::string_view> RowLabels::get(std::string_view name) const {
  if (name == kErrorLabel && !error_.empty()) return error_;
  if (name == kErrorDetailsLabel && !error_details_.empty()) return error_details_;
  return find(name);
}

bool RowLabels::in_base(std::string_view name) const {
  for (const Label& l : *stream_)
    if (l.name == name) return true;
  const Item* i = item(name);
  return i && i->live && i->category == Category::kMetadata;
}

bool RowLabels::has_parsed(std::string_view name) const {
  const Item* i = item(name);
  return i && i->category == Category::kParsed;
}

void RowLabels::set_parsed(std::string_view name, std::string_view value) {
  if (Item* i = const_cast<Item*>(item(name))) {
    i->value = value;
    i->category = Category::kParsed;
    i->live = true;
  } else {
    items_.push_back({name, value, tag(name), Category::kParsed, true});
  }
}

void RowLabels::erase(std::string_view name) {
  for (size_t i = 0; i < stream_->size(); ++i) {
    if ((*stream_)[i].name != name) continue;
    stream_erased_.resize(stream_->size());
    stream_erased_[i] = 1;
  }
  if (Item* i = const_cast<Item*>(item(name))) i->live = false;
}

void RowLabels::set_error(std::string_view error, std::string_view details) {
  error_ = error;
  error_details_ = arena_.keep(details);
}

LabelSet RowLabels::merged() const {
  std::vector<Label> all;
  all.reserve(stream_->size() + items_.size() + 2);
  for_each([&](std::string_view name, std::string_view value, Category) { all.push_back({std::string(name), std::string(value)}); });
  if (!error_.empty()) all.push_back({std::string(kErrorLabel), std::string(error_)});
  if (!error_details_.empty()) all.push_back({std::string(kErrorDetailsLabel), std::string(error_details_)});
  return LabelSet(std::move(all));
}

LabelSet RowLabels::category(Category c) const {
  std::vector<Label> some;
  for_each([&](std::string_view name, std::string_view value, Category of) {
    if (of == c) some.push_back({std::string(name), std::string(value)});
  });
  if (c == Category::kParsed) {
    if (!error_.empty()) some.push_back({std::string(kErrorLabel), std::string(error_)});
    if (!error_details_.empty()) some.push_back({std::string(kErrorDetailsLabel), std::string(error_details_)});
  }
  return LabelSet(std::move(some));
}

}  // namespace sleipnir::logql
