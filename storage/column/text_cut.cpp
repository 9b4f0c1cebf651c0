#include "storage/column/text_cut.h"

#include <algorithm>
#include <cctype>
#include <map>

#include <spdlog/fmt/fmt.h>
#include <xxhash.h>

namespace sleipnir::storage {
namespace {

/// Fewer lines do not pay for the template's entry in the directory.
constexpr uint32_t kLeastLines = 16;
constexpr size_t kMostWords = 48;
/// Columns of a block cost time to open however few their values are: templates of fewer lines share theirs.
constexpr uint32_t kLeastOwnLines = 1024;
/// Where lines have hardly anything in common their templates are not even counted.
constexpr size_t kMostCounted = 1 << 14;

enum : uint8_t { kWordByte = 1, kDigit = 2 };

/// Of bytes: whether a kWord slot may hold them, whether they are digits.
struct Classes {
  uint8_t of[256] = {};
  constexpr Classes() {
    for (int c = 0x21; c < 0x7f; ++c) of[c] = c == '"' || c == '=' ? 0 : kWordByte;
    for (int c = '0'; c <= '9'; ++c) of[c] |= kDigit;
  }
};
constexpr Classes kClasses;

/// Calls visit(from, end) for every word with a digit: a maximal run of what a kWord slot may hold. False where there are none or too many.
template <class Visit>
bool each_variable(std::string_view line, Visit visit) {
  size_t words = 0;
  for (size_t at = 0; at < line.size(); ++at) {
    const size_t from = at;
    uint8_t seen = 0;
    for (uint8_t c; at < line.size() && ((c = kClasses.of[static_cast<uint8_t>(line[at])]) & kWordByte); ++at) seen |= c;
    if (!(seen & kDigit)) continue;
    if (++words > kMostWords) return false;
    visit(from, at);
  }
  return words > 0;
}

/// Of the text between the variables; 0: no template.
uint64_t template_of(std::string_view line) {
  uint64_t hash = 1;
  size_t from = 0;
  const auto constant = [&](size_t to) { hash = XXH3_64bits_withSeed(line.data() + from, to - from, hash); };
  const bool fits = each_variable(line, [&](size_t at, size_t end) {
    constant(at);
    from = end;
  });
  if (!fits) return 0;
  constant(line.size());
  return hash | 1;
}

/// What words of one kind have in common: runs of letters and digits that may be hex become 0 where they have a digit.
std::string look_of(std::string_view word) {
  std::string look = "~";
  for (size_t at = 0; at < word.size();) {
    const size_t from = at;
    bool digit = false, hex = true;
    for (; at < word.size() && std::isalnum(static_cast<unsigned char>(word[at])); ++at) {
      digit |= std::isdigit(static_cast<unsigned char>(word[at])) != 0;
      hex &= std::isxdigit(static_cast<unsigned char>(word[at])) != 0;
    }
    if (at == from) look += word[at++];
    else if (digit && hex) look += '0';
    else look += digit ? "a0" : word.substr(from, at - from);
  }
  return look;
}

}  // namespace

uint64_t TextTemplates::count(std::string_view line) {
  const uint64_t of = template_of(line);
  if (of == 0) return of;
  if (templates_.size() < kMostCounted) ++templates_[of].lines;
  else if (const auto known = templates_.find(of); known != templates_.end()) ++known->second.lines;
  return of;
}

void TextTemplates::choose(size_t most) {
  std::vector<std::pair<uint32_t, uint64_t>> frequent;
  for (const auto& [of, t] : templates_)
    if (t.lines >= kLeastLines) frequent.emplace_back(t.lines, of);
  std::sort(frequent.rbegin(), frequent.rend());
  if (frequent.size() > most) frequent.resize(most);
  for (const auto& [lines, of] : frequent) templates_[of].chosen = true;
}

uint32_t TextTemplates::cut(std::string_view line, uint64_t name, ShapeTable& table, std::vector<std::string_view>& values) {
  const auto known = name ? templates_.find(name) : templates_.end();
  if (known == templates_.end() || !known->second.chosen) return ShapeTable::kRaw;
  if (known->second.shape != ShapeTable::kRaw) return match_shape(table.shapes()[known->second.shape], line, values) ? known->second.shape : ShapeTable::kRaw;
  values.clear();
  Shape shape{LineFormat::kText, {}, {}};
  size_t from = 0;
  const bool own = known->second.lines >= kLeastOwnLines;
  std::map<std::string, uint32_t> occurrences;  // by path
  each_variable(line, [&](size_t at, size_t end) {
    const std::string path = own ? fmt::format("{:016x}", name) : look_of(line.substr(at, end - at));
    shape.pieces.emplace_back(line.substr(from, at - from));
    shape.slots.push_back({SlotKind::kWord, table.field({LineFormat::kText, {path}, occurrences[path]++})});
    values.push_back(line.substr(at, end - at));
    from = end;
  });
  shape.pieces.emplace_back(line.substr(from));
  return known->second.shape = table.add(std::move(shape));
}

}  // namespace sleipnir::storage
