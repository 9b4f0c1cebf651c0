#include "logql/stages/json_find.h"

#include <algorithm>
#include <charconv>

namespace sleipnir::logql::json {
namespace {

std::optional<uint64_t> index_of(std::string_view part) {
  if (part.size() < 3 || part.front() != '[' || part.back() != ']') return {};
  uint64_t n;
  const auto [end, code] = std::from_chars(part.data() + 1, part.data() + part.size() - 1, n);
  if (code != std::errc() || end != part.data() + part.size() - 1) return {};
  return n;
}

/// Calls f(index, value) for the elements of the array at text[i]; returns the offset where it ended, which is that of `]` if all is well.
template <class F>
size_t each_element(std::string_view text, size_t i, F f) {
  size_t at = skip_blanks(text, i + 1);
  if (at == kNone) return i + 1;
  if (text[at] == ']') return at;
  for (uint64_t n = 0;; ++n) {
    Value value;
    if (!read_value(text, at, value).empty()) return at;
    f(n, value);
    at = skip_blanks(text, value.end);
    if (at == kNone) return value.end;
    if (text[at] != ',') return at;
    ++at;
  }
}

/// Where the value at `path` (from part `first` on) starts inside `text`; kNone when it is not there. One object or array per level is entered.
size_t search(std::string_view text, const Path& path, size_t first, Arena& arena) {
  const size_t parts = path.size() - first;
  if (parts == 0) return 0;
  size_t matched = 0, level = 0;
  bool last_matched = true;
  for (size_t i = 0; i < text.size(); ++i) {
    switch (text[i]) {
      case '"': {
        bool escaped;
        const size_t begin = i + 1, end = string_end(text, begin, escaped);
        if (end == kNone) return kNone;
        i = skip_blanks(text, end);
        if (i == kNone) return kNone;
        if (text[i] != ':') {
          --i;
          break;
        }
        if (level < 1 || level > parts) return kNone;
        const auto key = unescape(text.substr(begin, end - begin - 1), arena);
        if (!key) return kNone;
        last_matched = *key == path[first + level - 1];
        if (last_matched && matched == level - 1 && ++matched == parts) return i + 1;
        break;
      }
      case '{':
        if (last_matched) {
          ++level;
          break;
        }
        i = block_end(text, i, '{', '}');
        if (i == kNone) return kNone;
        --i;
        break;
      case '}':
        if (level == 0) return kNone;
        if (--level == matched && matched > 0) --matched;
        break;
      case '[': {
        if (matched == level && level < parts && !path[first + level].empty() && path[first + level][0] == '[') {
          const auto wanted = index_of(path[first + level]);
          if (!wanted) return kNone;
          size_t start = kNone;
          std::string_view element;
          each_element(text, i, [&](uint64_t n, const Value& v) {
            if (n != *wanted) return;
            element = v.kind == Kind::kString ? text.substr(v.end - v.text.size() - 2, v.text.size() + 2) : v.text;
            start = static_cast<size_t>(element.data() - text.data());
          });
          if (start == kNone) return kNone;
          const size_t inner = search(element, path, first + level + 1, arena);
          return inner == kNone ? kNone : start + inner;
        }
        i = block_end(text, i, '[', ']');
        if (i == kNone) return kNone;
        --i;
        break;
      }
      case ':': return kNone;
      default: break;
    }
  }
  return kNone;
}

class PathFinder {
 public:
  PathFinder(std::string_view text, const std::vector<Path>& paths, Arena& arena, const std::function<void(const Found&)>& found)
      : text_(text), paths_(paths), arena_(arena), found_(found), done_(paths.size()) {
    for (const Path& p : paths) depth_ = std::max(depth_, p.size());
    around_.resize(depth_);
  }

  void run() {
    for (size_t i = 0; i < text_.size(); ++i) {
      switch (text_[i]) {
        case '"':
          if (!string(i)) return;
          break;
        case '{': ++level_; break;
        case '}':
        case ']': --level_; break;
        case '[':
          if (!array(i)) return;
          break;
        default: break;
      }
    }
  }

 private:
  bool same_tree(const Path& p, size_t parts) const {
    return std::equal(p.begin(), p.begin() + static_cast<ptrdiff_t>(std::min(parts, p.size())), around_.begin());
  }
  void report(size_t path, std::string_view text, size_t i) {
    Found f{path, {}, {}};
    f.error = read_value(text, i, f.value);
    found_(f);
  }
  bool mark(size_t path) {
    done_[path] = true;
    return ++matched_ == paths_.size();
  }

  bool string(size_t& i) {
    bool escaped;
    const size_t begin = i + 1, end = string_end(text_, begin, escaped);
    if (end == kNone) return false;
    i = skip_blanks(text_, end);
    if (i == kNone) return false;
    if (text_[i] != ':') return --i, true;
    const auto key = unescape(text_.substr(begin, end - begin - 1), arena_);
    if (!key) return false;
    if (level_ > static_cast<int64_t>(depth_)) return true;
    if (level_ < 1) return found_({0, {}, kMalformed}), false;
    const size_t level = static_cast<size_t>(level_);
    around_[level - 1] = *key;
    for (size_t p = 0; p < paths_.size(); ++p) {
      if (done_[p] || paths_[p].size() != level || !same_tree(paths_[p], level)) continue;
      const bool all = mark(p);
      report(p, text_, i + 1);
      if (all) return false;
    }
    return true;
  }

  bool array(size_t& i) {
    if (level_ < 0) return found_({0, {}, kMalformed}), false;
    const size_t level = static_cast<size_t>(level_);
    std::vector<std::pair<uint64_t, size_t>> wanted;  // index, path
    for (size_t p = 0; p < paths_.size(); ++p) {
      if (done_[p] || paths_[p].size() <= level || !same_tree(paths_[p], level)) continue;
      if (const auto index = index_of(paths_[p][level])) wanted.emplace_back(*index, p);
    }
    if (wanted.empty()) {
      const size_t end = block_end(text_, i, '[', ']');
      if (end == kNone) return false;
      i = end - 1;
      return true;
    }
    ++level_;
    i = each_element(text_, i, [&](uint64_t n, const Value& v) {
      for (const auto& [index, p] : wanted)
        if (index == n) element(p, level + 1, v);
    });
    if (matched_ == paths_.size()) return false;
    --i;
    return true;
  }

  void element(size_t p, size_t parts, const Value& v) {
    mark(p);
    const size_t at = search(v.text, paths_[p], parts, arena_);
    if (at == kNone) return;
    if (v.kind == Kind::kString) {
      found_({p, {Kind::kString, v.text.substr(at), v.end}, {}});
    } else {
      report(p, v.text, at);
    }
  }

  std::string_view text_;
  const std::vector<Path>& paths_;
  Arena& arena_;
  const std::function<void(const Found&)>& found_;
  std::vector<bool> done_;
  std::vector<std::string_view> around_;  // key at each level of the place we are at
  size_t depth_ = 0, matched_ = 0;
  int64_t level_ = 0;
};

}  // namespace

void find_paths(std::string_view text, const std::vector<Path>& paths, Arena& arena, const std::function<void(const Found&)>& found) {
  PathFinder(text, paths, arena, found).run();
}

}  // namespace sleipnir::logql::json
