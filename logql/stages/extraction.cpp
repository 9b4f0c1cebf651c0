#include <algorithm>

#include "base/text.h"
#include "logql/stages/stage.h"

namespace sleipnir::logql {
namespace {

constexpr std::string_view kExtractedSuffix = "_extracted";

}  // namespace

Extraction::Extraction(const Hints& hints) : skip_(hints.skip_parsers), preserve_errors_(hints.preserve_errors) {
  if (!hints.restricted) return;
  for (const std::string& name : hints.required) {
    required_.push_back(name);
    if (name.ends_with(kExtractedSuffix)) required_.push_back(name.substr(0, name.size() - kExtractedSuffix.size()));
  }
  std::sort(required_.begin(), required_.end());
  required_.erase(std::unique(required_.begin(), required_.end()), required_.end());
}

bool Extraction::wants(std::string_view name) const {
  if (required_.empty()) return true;
  if (std::find(required_.begin(), required_.end(), name) != required_.end()) return true;
  return name.ends_with(kExtractedSuffix) && wants(name.substr(0, name.size() - kExtractedSuffix.size()));
}

bool Extraction::wants_prefix(std::string_view prefix) const {
  if (required_.empty()) return true;
  return std::any_of(required_.begin(), required_.end(), [&](const std::string& r) { return r.starts_with(prefix); });
}

bool Extraction::complete(const Row& row) const {
  if (required_.empty()) return false;
  return std::all_of(required_.begin(), required_.end(), [&](const std::string& r) { return row.labels.has_parsed(r); });
}

std::string_view Extraction::collision_free(Row& row, std::string_view name) const {
  return row.labels.in_base(name) ? row.labels.arena().keep(name, kExtractedSuffix) : name;
}

std::optional<std::string_view> Extraction::claim(Row& row, std::string_view name) const {
  std::string_view as = collision_free(row, name);
  if (!wants(as) || row.labels.has_parsed(as)) return {};
  return as;
}

Extraction::Next Extraction::set(Row& row, std::string_view name, std::string_view value) const {
  row.labels.set_parsed(name, value);
  if (!passes_early(row, name)) return Next::kDrop;
  return complete(row) ? Next::kStop : Next::kContinue;
}

bool Extraction::passes_early(Row& row, std::string_view name) const {
  for (const auto& [label, filter] : early_)
    if (label == name) return filter->process(row);
  return true;
}

void Extraction::fail(Row& row, std::string_view error, std::optional<std::string_view> details) const {
  if (details) {
    row.labels.set_error(error, *details);
  } else {
    row.labels.set_error(error);
  }
  if (preserve_errors_) row.labels.set_parsed(kPreserveErrorLabel, "true");
}

std::string_view label_text(std::string_view text, Arena& arena) {
  size_t i = 0;
  while (i < text.size() && static_cast<unsigned char>(text[i]) < 0x80) ++i;
  char* out = nullptr;
  size_t n = 0;
  while (i < text.size()) {
    char32_t rune;
    size_t length = decode_utf8(text, i, rune);
    if (rune == 0xFFFD) {
      if (!out) {
        out = arena.reserve(text.size());
        std::memcpy(out, text.data(), i);
        n = i;
      }
      out[n++] = ' ';
    } else if (out) {
      std::memcpy(out + n, text.data() + i, length);
      n += length;
    }
    i += length;
  }
  return out ? arena.commit(out, n) : text;
}

}  // namespace sleipnir::logql
