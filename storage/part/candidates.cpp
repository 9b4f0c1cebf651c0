// Which blocks of a part may hold a row for which a predicate is true, from the part's summaries alone (column/block_summary.h).
#include <algorithm>
#include <unordered_map>

#include "storage/column/predicate_test.h"
#include "storage/column/block_summary.h"
#include "storage/part/reader.h"

namespace sleipnir::storage {
namespace {

using Kind = Predicate::Kind;
using Blocks = std::vector<uint8_t>;

class Candidates {
 public:
  Candidates(const Part& part, AlignedNeedles& needles, ScanStats* stats) : part_(part), needles_(needles), stats_(stats) {}

  Result<Blocks> of(const Predicate& p) {
    switch (p.kind) {
      case Kind::kAnd:
      case Kind::kOr: return combined(p);
      case Kind::kLineContains: return with_text(p.text, false);
      case Kind::kLineRegex: return of(required_literals(p.text));
      case Kind::kField: return with_field(p);
      case Kind::kMetadata: return with_label(p);
      case Kind::kNot: return all();
    }
    return all();
  }

 private:
  struct Word {
    std::string_view text;
    bool whole;  ///< is a word of every line that holds the text, and not only part of one
  };

  size_t count() const { return part_.directory().blocks.size(); }
  Blocks all() const { return Blocks(count(), 1); }

  Result<Blocks> combined(const Predicate& p) {
    const bool is_and = p.kind == Kind::kAnd;
    Blocks out(count(), is_and);
    for (const Predicate& child : p.children) {
      auto blocks = of(child);
      if (!blocks) return blocks;
      for (size_t b = 0; b < out.size(); ++b) out[b] = is_and ? out[b] & (*blocks)[b] : out[b] | (*blocks)[b];
    }
    return out;
  }

  /// A JSON field that equals a text which no writer has to escape: the text stands in the line between marks that are no word's.
  Result<Blocks> with_field(const Predicate& p) {
    if (p.parser == Predicate::Parser::kLogfmt || p.compare != Predicate::Compare::kEqual || p.text.empty() || !is_plain(p.text)) return all();
    auto out = with_label(p);
    if (!out || std::find(out->begin(), out->end(), 0) == out->end()) return out;
    Blocks in_lines = all();
    for (const std::string_view part : between_blanks(p.text)) {
      auto some = with_text(part, true);
      if (!some) return some;
      for (size_t b = 0; b < in_lines.size(); ++b) in_lines[b] &= (*some)[b];
    }
    for (size_t b = 0; b < out->size(); ++b) (*out)[b] |= in_lines[b] | part_.directory().blocks[b].odd_escapes;
    return out;
  }

  /// A label of the stream or of the structured metadata that equals a text: values of metadata are indexed whole.
  Result<Blocks> with_label(const Predicate& p) {
    const PartDirectory& directory = part_.directory();
    if (p.compare != Predicate::Compare::kEqual || p.text.empty()) return all();
    if (part_.has_label(p.field)) return all();
    const bool in_metadata = directory.any_metadata_name || std::binary_search(directory.metadata_names.begin(), directory.metadata_names.end(), p.field);
    if (!in_metadata) return Blocks(count(), 0);
    auto out = lookup(p.text);
    if (!out) return out;
    for (size_t b = 0; b < out->size(); ++b) (*out)[b] |= !directory.blocks[b].metadata_indexed;
    return out;
  }

  /// A blank may stand for bytes that are no UTF-8, and for U+FFFD.
  static std::vector<std::string_view> between_blanks(std::string_view text) {
    std::vector<std::string_view> parts;
    for (size_t at = 0; at < text.size();) {
      const size_t end = std::min(text.find(' ', at), text.size());
      if (end > at) parts.push_back(text.substr(at, end - at));
      at = end + 1;
    }
    return parts;
  }

  static bool is_plain(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; });
  }

  Result<Blocks> with_text(std::string_view text, bool ends_are_whole) {
    auto vocabulary = part_.vocabulary(stats_);
    if (!vocabulary) return vocabulary.error();
    if (*vocabulary && !text.empty() && !(*vocabulary)->may_hold(needle(text))) return Blocks(count(), 0);
    // Words first: they cost a page, windows some hundred bytes a block.
    Blocks out = all();
    for (const Word& word : words(text, ends_are_whole))
      if (auto done = drop_by_word(word, out); !done) return done.error();
    if (auto done = drop_by_windows(text, out); !done) return done.error();
    return out;
  }

  AlignedNeedle& needle(std::string_view text) {
    const auto known = needles_.find(text);
    return known != needles_.end() ? known->second : needles_.emplace(text, AlignedNeedle(text)).first->second;
  }

  Result<void> drop_by_windows(std::string_view text, Blocks& out) {
    if (!WindowSet::says_of(text) || std::find(out.begin(), out.end(), 1) == out.end()) return {};
    if (windows_.empty()) {
      auto windows = part_.windows(stats_);
      if (!windows) return windows.error();
      size_t at = 0;
      for (const BlockEntry& b : part_.directory().blocks) {
        windows_.emplace_back(windows->substr(at, b.window_bytes));
        at += b.window_bytes;
      }
    }
    for (size_t b = 0; b < out.size(); ++b) out[b] = out[b] && windows_[b].may_hold(text);
    return {};
  }

  /// Words that the index can be asked for: long, with a digit.
  static std::vector<Word> words(std::string_view text, bool ends_are_whole) {
    std::vector<Word> words;
    for (size_t i = 0; i < text.size();) {
      const size_t from = i;
      while (i < text.size() && is_word_char(text[i])) ++i;
      const std::string_view word = text.substr(from, i - from);
      const bool whole = (from > 0 || ends_are_whole) && (i < text.size() || ends_are_whole);
      if (word.size() >= kMinIdWord && word.find_first_of("0123456789") != std::string_view::npos) words.push_back({word, whole});
      if (word.empty()) ++i;
    }
    return words;
  }

  /// In a block whose other texts have no word that long, the word is one of an id column, or part of a longer one.
  Result<void> drop_by_word(const Word& word, Blocks& out) {
    const auto& blocks = part_.directory().blocks;
    Blocks has;
    for (size_t b = 0; b < out.size(); ++b) {
      const size_t length = word.text.size();
      if (!out[b] || blocks[b].longest_text_word >= length || (!word.whole && blocks[b].longest_id_word > length)) continue;
      if (has.empty()) {
        auto found = lookup(word.text);
        if (!found) return found.error();
        has = std::move(*found);
      }
      out[b] = has[b];
    }
    return {};
  }

  Result<Blocks> lookup(std::string_view word) {
    Blocks has(count(), 0);
    const uint32_t fingerprint = word_fingerprint(word);
    const auto& pages = part_.directory().id_pages;
    const auto [begin, end] = pages_of(pages, fingerprint);
    if (begin == end) return has;
    auto file = File::open_for_reading(part_.path());
    if (!file) return file.error();
    for (size_t p = begin; p < end; ++p) {
      auto bytes = part_.read_chunk(*file, pages[p].chunk, stats_);
      if (!bytes) return bytes.error();
      std::vector<uint32_t> found;
      if (!find_in_id_page(std::string_view(*bytes).substr(0, pages[p].chunk.length), pages[p], fingerprint, found)) return corrupt(part_.path(), "malformed id index");
      for (const uint32_t block : found)
        if (block < has.size()) has[block] = 1;
    }
    return has;
  }

  const Part& part_;
  AlignedNeedles& needles_;
  ScanStats* stats_;
  std::vector<WindowSet> windows_;
};

}  // namespace

Result<std::vector<uint8_t>> Part::candidates(const Predicate& where, AlignedNeedles& needles, ScanStats* stats) const {
  return Candidates(*this, needles, stats).of(where);
}

}  // namespace sleipnir::storage
