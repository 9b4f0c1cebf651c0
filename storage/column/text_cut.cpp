#include "storage/column/text_cut.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <algorithm>
#include <bit>
#include <cctype>
#include <cstring>
#include <map>

#include <spdlog/fmt/fmt.h>
#include <xxhash.h>

#include "storage/column/short_bytes.h"
#include "storage/column/word_stop.h"

namespace sleipnir::storage {
namespace {

/// Fewer lines do not pay for the template's entry in the directory.
constexpr uint32_t kLeastLines = 16;
constexpr size_t kMostWords = 48;
/// Columns of a block cost time to open however few their values are: templates of fewer lines share theirs.
constexpr uint32_t kLeastOwnLines = 1024;
/// Where lines have hardly anything in common their templates are not even counted.
constexpr size_t kMostCounted = 1 << 14;

/// Of 64 bytes, a bit each: those that end a word, and digits. Words are what a kWord slot may hold.
struct Classes {
  uint64_t stops = 0, digits = 0;

  explicit Classes(const char* bytes) {
#ifdef __SSE2__
    for (unsigned i = 0; i < 64; i += 16) {
      const __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + i));
      const __m128i number = _mm_sub_epi8(x, _mm_set1_epi8('0'));
      const __m128i digit = _mm_cmpeq_epi8(_mm_min_epu8(number, _mm_set1_epi8(9)), number);
      stops |= static_cast<uint64_t>(static_cast<unsigned>(_mm_movemask_epi8(WordStop()(x)))) << i;
      digits |= static_cast<uint64_t>(static_cast<unsigned>(_mm_movemask_epi8(digit))) << i;
    }
#else
    for (unsigned i = 0; i < 64; ++i) {
      stops |= static_cast<uint64_t>(WordStop()(bytes[i])) << i;
      digits |= static_cast<uint64_t>(bytes[i] >= '0' && bytes[i] <= '9') << i;
    }
#endif
  }
};

/// The words with a digit. None where there are too many.
class Variables {
 public:
  explicit Variables(std::string_view line) {
    uint32_t word = 0;  // begin of the word that reaches into the bytes at hand
    bool open = false;  // it has a digit
    for (size_t at = 0; at < line.size(); at += 64) {
      char last[64] = {};  // its zeros are stops
      const bool whole = line.size() - at >= 64;
      if (!whole) std::memcpy(last, line.data() + at, line.size() - at);
      const Classes of(whole ? line.data() + at : last);
      const auto base = static_cast<uint32_t>(at);
      uint64_t digits = of.digits;
      while (open || digits) {
        const unsigned digit = open ? 0 : static_cast<unsigned>(std::countr_zero(digits));
        const uint64_t before = of.stops & ((uint64_t{1} << digit) - 1), behind = of.stops >> digit << digit;
        if (before) word = base + static_cast<uint32_t>(std::bit_width(before));
        open = behind == 0;
        if (open) break;
        const auto end = static_cast<unsigned>(std::countr_zero(behind));
        if (!add({word, base + end})) return;
        digits = digits >> end << end;
      }
      if (of.stops) word = base + static_cast<uint32_t>(std::bit_width(of.stops));
    }
    if (open) add({word, static_cast<uint32_t>(line.size())});
  }
  std::span<const Variable> all() const { return std::span(found_).first(count_); }

 private:
  bool add(Variable v) {
    if (count_ == kMostWords) {
      count_ = 0;
      return false;
    }
    found_[count_++] = v;
    return true;
  }

  std::array<Variable, kMostWords> found_;
  size_t count_ = 0;
};

/// Calls visit(begin, end) for the text before, between and behind the variables.
template <class Visit>
void each_constant(std::string_view line, std::span<const Variable> variables, Visit visit) {
  uint32_t from = 0;
  for (const Variable& v : variables) {
    visit(from, v.begin);
    from = v.end;
  }
  visit(from, static_cast<uint32_t>(line.size()));
}

/// Of the text between the variables.
uint64_t name_of(std::string_view line, std::span<const Variable> variables) {
  uint64_t hash = 1;
  each_constant(line, variables, [&](uint32_t from, uint32_t to) { hash = XXH3_64bits_withSeed(line.data() + from, to - from, hash); });
  return hash | 1;
}

/// Of the lengths of that text and what stands before the variables: few templates of a block have it in common.
uint32_t glance_at(std::string_view line, std::span<const Variable> variables) {
  uint64_t hash = 0;
  each_constant(line, variables, [&](uint32_t from, uint32_t to) {
    const uint32_t length = to - from;
    uint64_t end = 0;
    if (length > 0 && to >= sizeof end) {
      std::memcpy(&end, line.data() + to - sizeof end, sizeof end);
      end >>= length < sizeof end ? 64 - 8 * length : 0;
    }
    hash = (hash ^ end ^ length) * 0x9e3779b97f4a7c15ull;
    hash ^= hash >> 32;
  });
  return static_cast<uint32_t>(hash);
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

bool TextTemplates::same_template(const Line& a, const Line& b) const {
  if (a.variables != b.variables) return false;
  uint32_t from_a = 0, from_b = 0;
  const auto same = [&](uint32_t to_a, uint32_t to_b) { return to_a - from_a == to_b - from_b && same_bytes(a.text.data() + from_a, b.text.data() + from_b, to_a - from_a); };
  for (uint32_t i = 0; i < a.variables; ++i) {
    const Variable of_a = variables_[a.first + i], of_b = variables_[b.first + i];
    if (!same(of_a.begin, of_b.begin)) return false;
    from_a = of_a.end;
    from_b = of_b.end;
  }
  return same(static_cast<uint32_t>(a.text.size()), static_cast<uint32_t>(b.text.size()));
}

uint32_t TextTemplates::template_of(const Line& line) {
  const auto is_of = [&](uint32_t of) { return same_template(lines_[templates_[of].first], line); };
  uint32_t& recent = recent_[glance_at(line.text, variables_of(line)) % recent_.size()];
  if (recent != kNone && is_of(recent)) return recent;
  const uint64_t name = name_of(line.text, variables_of(line));
  const auto known = by_name_.find(name);
  if (known != by_name_.end()) return is_of(known->second) ? recent = known->second : kNone;
  if (templates_.size() == kMostCounted) return kNone;
  by_name_.emplace(name, static_cast<uint32_t>(templates_.size()));
  templates_.push_back({name, lines_.size()});
  return recent = static_cast<uint32_t>(templates_.size() - 1);
}

void TextTemplates::add(std::string_view line) {
  const Variables found(line);
  const auto variables = found.all();
  Line added{line, kNone, static_cast<uint32_t>(variables_.size()), static_cast<uint32_t>(variables.size())};
  variables_.insert(variables_.end(), variables.begin(), variables.end());
  if (!variables.empty()) added.of = template_of(added);
  if (added.of == kNone) variables_.resize(added.first);
  else ++templates_[added.of].lines;
  lines_.push_back(added);
}

void TextTemplates::choose(size_t most) {
  std::vector<Template*> frequent;
  for (Template& t : templates_)
    if (t.lines >= kLeastLines) frequent.push_back(&t);
  std::sort(frequent.begin(), frequent.end(), [](const Template* a, const Template* b) { return std::tie(a->lines, a->name) > std::tie(b->lines, b->name); });
  if (frequent.size() > most) frequent.resize(most);
  for (Template* t : frequent) t->chosen = true;
}

uint32_t TextTemplates::cut(size_t n, ShapeTable& table, std::vector<std::string_view>& values) {
  const Line& line = lines_[n];
  if (line.of == kNone || !templates_[line.of].chosen) return ShapeTable::kRaw;
  values.clear();
  for (const Variable& v : variables_of(line)) values.push_back(line.text.substr(v.begin, v.end - v.begin));
  uint32_t& shape = templates_[line.of].shape;
  return shape != ShapeTable::kRaw ? shape : shape = add_shape(line, table);
}

uint32_t TextTemplates::add_shape(const Line& line, ShapeTable& table) const {
  const Template& of = templates_[line.of];
  Shape shape{LineFormat::kText, {}, {}};
  each_constant(line.text, variables_of(line), [&](uint32_t from, uint32_t to) { shape.pieces.emplace_back(line.text.substr(from, to - from)); });
  std::map<std::string, uint32_t> occurrences;  // by path
  for (const Variable& v : variables_of(line)) {
    const std::string path = of.lines >= kLeastOwnLines ? fmt::format("{:016x}", of.name) : look_of(line.text.substr(v.begin, v.end - v.begin));
    shape.slots.push_back({SlotKind::kWord, table.field({LineFormat::kText, {path}, occurrences[path]++})});
  }
  return table.add(std::move(shape));
}

}  // namespace sleipnir::storage
