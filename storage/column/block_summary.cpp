#include "storage/column/block_summary.h"

#include <algorithm>
#include <bit>
#include <utility>

#include <xxhash.h>

#include "storage/bytes.h"
#include "storage/column/bits.h"
#include "storage/column/distinct.h"

namespace sleipnir::storage {
namespace {

/// Of repeated values of metadata those among so many distinct ones are indexed once; the others are sorted out with the index.
constexpr size_t kMostSeen = 4096;

/// 32 KB while it is collected, folded to what the block needs at the end.
constexpr size_t kWindowBits = 1 << 18;
constexpr size_t kMinWindowBits = 1 << 10;
/// Of a stored filter at most this share of bits is set, so that a text of some windows passes by chance once in thousands.
constexpr size_t kSparse = 8;

enum : uint8_t { kDigit = 1, kLetter = 2, kWindow = 4, kBeyondHex = 8 };

struct Classes {
  uint8_t of[256] = {};
  constexpr Classes() {
    for (int c = '0'; c <= '9'; ++c) of[c] = kDigit;
    for (int c = 'a'; c <= 'z'; ++c) of[c] = kLetter | kWindow | (c > 'f' ? kBeyondHex : 0);
    for (int c = 'A'; c <= 'Z'; ++c) of[c] = kLetter | kWindow | kBeyondHex;
    of[static_cast<int>('_')] = kWindow | kBeyondHex;
    for (int c = 0x80; c < 256; ++c) of[c] = kWindow | kBeyondHex;
  }
};
constexpr Classes kClasses;
uint8_t class_of(char c) { return kClasses.of[static_cast<uint8_t>(c)]; }

/// Calls visit(hash) for every window, until it returns false.
template <class Visit>
void each_window(std::string_view text, Visit visit) {
  for (size_t i = 0; i + 3 <= text.size(); ++i) {
    const uint8_t a = class_of(text[i]), b = class_of(text[i + 1]), c = class_of(text[i + 2]);
    if (!(a & b & c & kWindow) || !((a | b | c) & kBeyondHex)) continue;
    const uint32_t bytes = static_cast<uint8_t>(text[i]) | static_cast<uint32_t>(static_cast<uint8_t>(text[i + 1])) << 8 | static_cast<uint32_t>(static_cast<uint8_t>(text[i + 2])) << 16;
    if (!visit(bytes * 0x9e3779b1u >> 8)) return;
  }
}

template <class Visit>
void each_word(std::string_view text, Visit visit) {
  for (size_t i = 0; i < text.size();) {
    if (!is_word_char(text[i])) {
      ++i;
      continue;
    }
    const size_t from = i;
    bool digit = false;
    for (; i < text.size() && is_word_char(text[i]); ++i) digit |= class_of(text[i]) & kDigit;
    visit(text.substr(from, i - from), digit);
  }
}

/// Ids in an alphabet that has no encoding of its own: no blanks, no escapes.
bool looks_like_id(std::string_view value) { return value.size() <= 64 && value.find_first_of(" \\") == std::string_view::npos; }

}  // namespace

bool is_word_char(char c) { return class_of(c) & (kDigit | kLetter); }

uint32_t word_fingerprint(std::string_view word) { return static_cast<uint32_t>(XXH3_64bits(word.data(), word.size())); }

bool WindowSet::may_hold(std::string_view text) const {
  if (bits_.empty()) return true;
  const uint32_t mask = static_cast<uint32_t>(bits_.size() * 8 - 1);
  bool all = true;
  each_window(text, [&](uint32_t hash) {
    const uint32_t bit = hash & mask;
    return all = static_cast<uint8_t>(bits_[bit / 8]) >> bit % 8 & 1;
  });
  return all;
}

bool WindowSet::says_of(std::string_view text) {
  bool any = false;
  each_window(text, [&](uint32_t) { return !(any = true); });
  return any;
}

SummaryBuilder::SummaryBuilder(std::span<const Field> fields) : windows_(kWindowBits / 8, '\0') { out_.vocabulary.set_fields(fields); }

void SummaryBuilder::add_windows(std::span<const std::string_view> texts) {
  for (const std::string_view text : texts)
    each_window(text, [&](uint32_t hash) {
      const uint32_t bit = hash & (kWindowBits - 1);
      windows_[bit / 8] = static_cast<char>(windows_[bit / 8] | 1 << bit % 8);
      return true;
    });
}

void SummaryBuilder::add_text(std::string_view text) {
  add_windows({&text, 1});
  each_word(text, [&](std::string_view word, bool digit) {
    if (digit) out_.longest_text_word = std::max(out_.longest_text_word, static_cast<uint32_t>(word.size()));
  });
  if (text.find('\\') != std::string_view::npos && (text.find("\\u00") != std::string_view::npos || text.find("\\/") != std::string_view::npos)) out_.odd_escapes = true;
}

void SummaryBuilder::add_shape(const Shape& shape) {
  for (const std::string& piece : shape.pieces) add_text(piece);
  out_.vocabulary.add_shape(shape);
}

void SummaryBuilder::add_ids(std::span<const std::string_view> values) {
  for (const std::string_view v : values)
    each_word(v, [&](std::string_view word, bool) {
      out_.longest_id_word = std::max(out_.longest_id_word, static_cast<uint32_t>(word.size()));
      if (word.size() >= kMinIdWord) out_.ids.push_back(word_fingerprint(word));
    });
}

/// None of the values is empty.
void SummaryBuilder::add_hex(uint32_t field, std::span<const std::string_view> values) {
  const std::string_view first = values.front();
  out_.vocabulary.add_alphabet(field, "0123456789abcdef", {});
  out_.vocabulary.add_alphabet(field, first, {first.size(), first.size()});
  std::vector<std::string_view> words;  // all values have words at the same places
  each_word(first, [&](std::string_view word, bool) {
    out_.longest_id_word = std::max(out_.longest_id_word, static_cast<uint32_t>(word.size()));
    if (word.size() >= kMinIdWord) words.push_back(word);
  });
  for (const std::string_view word : words) {
    const size_t at = static_cast<size_t>(word.data() - first.data());
    for (const std::string_view v : values)
      out_.ids.push_back(word_fingerprint(v.substr(at, word.size())));
  }
  // A window has a character beyond hex, so that it covers a constant of the pattern; what is a digit here may be a letter elsewhere.
  bool any_window = false;
  for (size_t i = 0; i + 3 <= first.size(); ++i) {
    bool possible = true, beyond = false;
    for (size_t k = i; k < i + 3; ++k) {
      possible &= (class_of(first[k]) & (kWindow | kDigit)) != 0;
      beyond |= (class_of(first[k]) & kBeyondHex) != 0;
    }
    any_window |= possible && beyond;
  }
  if (any_window) add_windows(values);
}

void SummaryBuilder::add_entries(uint32_t field, std::span<const std::string_view> entries) {
  for (const std::string_view entry : entries) {
    add_text(entry);
    out_.vocabulary.add_value(field, entry);
  }
}

void SummaryBuilder::add_forms(uint32_t field, std::string_view encoded, size_t values) {
  std::string padded(encoded);
  padded.append(PackedBits::kPadding, '\0');
  const auto column = open_values(std::string_view(padded).substr(0, encoded.size()), static_cast<uint32_t>(values), {});
  if (!column) return;
  for (const ValueForm& form : (*column)->forms()) {
    const std::string longest = form.longest();
    add_text(longest);
    if (std::none_of(form.numbers.begin(), form.numbers.end(), [](const NumberRange& n) { return n.digits > 0; })) {
      out_.vocabulary.add_form(field, form);
    } else {
      out_.vocabulary.add_alphabet(field, "0123456789", {});
      out_.vocabulary.add_alphabet(field, longest, Vocabulary::Extent::of(longest));
    }
  }
}

void SummaryBuilder::add_field(uint32_t field, std::string_view encoded, std::span<const std::string_view> values) {
  const auto encoding = static_cast<Encoding>(encoded[0]);
  switch (encoding) {
    case Encoding::kNumber: {
      size_t longest = 0;
      for (const std::string_view v : values) longest = std::max(longest, v.size());
      out_.vocabulary.add_alphabet(field, "-.0123456789", {longest, longest});
      out_.longest_text_word = std::max(out_.longest_text_word, static_cast<uint32_t>(longest));
      return;
    }
    case Encoding::kTime:  // all have the words and windows of the first
      out_.vocabulary.add_alphabet(field, "0123456789", {});
      out_.vocabulary.add_alphabet(field, values[0], Vocabulary::Extent::of(values[0]));
      add_text(values[0]);
      return;
    case Encoding::kConstant:
    case Encoding::kDictionary:  // come as entries
      return;
    case Encoding::kHex:
      add_hex(field, distinct_hex(encoded, values));
      return;
    case Encoding::kReference:  // made of a hex column, which has been added
      return;
    case Encoding::kTemplate:
    case Encoding::kPadded:
      add_forms(field, encoded, values.size());
      return;
    case Encoding::kText:
      out_.vocabulary.add_values(field, values);
      if (std::all_of(values.begin(), values.end(), looks_like_id)) {
        add_ids(values);
        add_windows(values);
        return;
      }
      for (const std::string_view v : values) add_text(v);
      return;
  }
}

void SummaryBuilder::add_raw(std::span<const std::string_view> lines) {
  for (const std::string_view line : lines) add_text(line);
  out_.vocabulary.add_raw(lines);
}

void SummaryBuilder::add_metadata(std::span<const std::string_view> sets) {
  std::vector<std::string_view> previous;  // values by place: some stay the same from set to set
  for (const std::string_view set : sets)
    each_coded_label(set, [&](size_t place, std::string_view, std::string_view value) {
      previous.resize(std::max(previous.size(), place + 1));
      if (value != std::exchange(previous[place], value)) out_.ids.push_back(word_fingerprint(value));
    });
}

void SummaryBuilder::add_metadata_column(std::string_view encoded, std::span<const std::string_view> values) {
  if (static_cast<Encoding>(encoded[0]) == Encoding::kHex) {
    for (const std::string_view value : distinct_hex(encoded, values)) out_.ids.push_back(word_fingerprint(value));
    if (std::any_of(values.begin(), values.end(), [](std::string_view v) { return v.empty(); })) out_.ids.push_back(word_fingerprint({}));
    return;
  }
  Distinct seen(kMostSeen);
  for (const std::string_view value : values)
    if (const size_t before = seen.entries().size(); seen.code(value) >= before) out_.ids.push_back(word_fingerprint(value));
}

BlockSummary SummaryBuilder::finish() {
  size_t set = 0;
  for (const char c : windows_) set += static_cast<size_t>(std::popcount(static_cast<uint8_t>(c)));
  size_t bits = kMinWindowBits;
  while (bits < set * kSparse && bits < kWindowBits) bits *= 2;
  std::string folded(windows_, 0, bits / 8);
  for (size_t i = bits / 8; i < windows_.size(); ++i) folded[i % (bits / 8)] = static_cast<char>(folded[i % (bits / 8)] | windows_[i]);
  out_.windows = WindowSet(std::move(folded));
  return std::move(out_);
}

}  // namespace sleipnir::storage
