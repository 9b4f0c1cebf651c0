#include "logql/template/json.h"

#include <algorithm>

#include "base/number.h"
#include "base/text.h"

namespace sleipnir::logql::gotemplate {
namespace {

constexpr int kMaxDepth = 1000;

class JsonReader {
 public:
  JsonReader(std::string_view s, Arena& arena) : s_(s), arena_(arena) {}

  bool document(Value& out) {
    if (!value(out)) return false;
    blanks();
    return i_ == s_.size();
  }

 private:
  void blanks() { i_ = std::min(s_.find_first_not_of(" \t\r\n", i_), s_.size()); }
  bool take(char c) {
    if (i_ >= s_.size() || s_[i_] != c) return false;
    ++i_;
    return true;
  }
  bool word(std::string_view w) {
    if (s_.substr(i_, w.size()) != w) return false;
    i_ += w.size();
    return true;
  }
  bool digit() const { return i_ < s_.size() && s_[i_] >= '0' && s_[i_] <= '9'; }
  bool digits() {
    if (!digit()) return false;
    while (digit()) ++i_;
    return true;
  }

  bool value(Value& out);
  bool object(Value& out);
  bool array(Value& out);
  bool number(Value& out);
  bool string(std::string_view& out);
  bool escape(std::string& out);
  bool hex4(char32_t& out);

  std::string_view s_;
  Arena& arena_;
  size_t i_ = 0;
  int depth_ = 0;
};

bool JsonReader::value(Value& out) {
  blanks();
  if (i_ >= s_.size()) return false;
  bool ok = false;
  switch (s_[i_]) {
    case '{': ok = object(out); break;
    case '[': ok = array(out); break;
    case '"': {
      std::string_view text;
      ok = string(text);
      out = Value::of_text(text);
      break;
    }
    case 't': ok = word("true"); out = Value::of_bool(true); break;
    case 'f': ok = word("false"); out = Value::of_bool(false); break;
    case 'n': ok = word("null"); out = Value::nil(); break;
    default: ok = number(out);
  }
  out.boxed = true;
  return ok;
}

bool JsonReader::object(Value& out) {
  if (++depth_ > kMaxDepth) return false;
  Map map;
  ++i_;
  blanks();
  if (!take('}')) {
    do {
      blanks();
      std::string_view key;
      Value item;
      if (i_ >= s_.size() || s_[i_] != '"' || !string(key)) return false;
      blanks();
      if (!take(':') || !value(item)) return false;
      map.emplace_back(key, item);
      blanks();
    } while (take(','));
    if (!take('}')) return false;
  }
  --depth_;
  std::stable_sort(map.begin(), map.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  // Of equal keys the last one stays.
  const auto end = std::unique(map.rbegin(), map.rend(), [](const auto& a, const auto& b) { return a.first == b.first; });
  map.erase(map.begin(), end.base());
  out = Value::of_map(arena_.keep(std::move(map)));
  return true;
}

bool JsonReader::array(Value& out) {
  if (++depth_ > kMaxDepth) return false;
  std::vector<Value> items;
  ++i_;
  blanks();
  if (!take(']')) {
    do {
      if (!value(items.emplace_back())) return false;
      blanks();
    } while (take(','));
    if (!take(']')) return false;
  }
  --depth_;
  out = Value::of_list(arena_.keep(std::move(items)));
  return true;
}

bool JsonReader::number(Value& out) {
  const size_t start = i_;
  take('-');
  if (!take('0') && !digits()) return false;
  if (take('.') && !digits()) return false;
  if (take('e') || take('E')) {
    if (!take('+')) take('-');
    if (!digits()) return false;
  }
  const auto f = parse_go_float(s_.substr(start, i_ - start));
  out = f.ok() ? Value::of_float(*f) : Value::nil();
  return true;
}

bool JsonReader::string(std::string_view& out) {
  const size_t start = ++i_;
  const auto plain = [](char c) { return c != '"' && c != '\\' && c >= ' ' && static_cast<unsigned char>(c) < 0x80; };
  while (i_ < s_.size() && plain(s_[i_])) ++i_;
  if (i_ < s_.size() && s_[i_] == '"') {
    out = s_.substr(start, i_++ - start);
    return true;
  }
  std::string text(s_.substr(start, i_ - start));
  while (i_ < s_.size() && s_[i_] != '"') {
    if (static_cast<unsigned char>(s_[i_]) < ' ') return false;
    if (s_[i_] == '\\') {
      ++i_;
      if (!escape(text)) return false;
      continue;
    }
    char32_t r;
    i_ += decode_utf8(s_, i_, r);
    append_utf8(text, r);
  }
  out = arena_.keep(std::move(text));
  return take('"');
}

bool JsonReader::escape(std::string& out) {
  if (i_ >= s_.size()) return false;
  switch (const char c = s_[i_++]) {
    case '"': case '\\': case '/': out += c; return true;
    case 'b': out += '\b'; return true;
    case 'f': out += '\f'; return true;
    case 'n': out += '\n'; return true;
    case 'r': out += '\r'; return true;
    case 't': out += '\t'; return true;
    case 'u': break;
    default: return false;
  }
  char32_t r, low;
  if (!hex4(r)) return false;
  if (r >= 0xD800 && r < 0xDC00 && s_.substr(i_, 2) == "\\u") {
    const size_t second = i_;
    i_ += 2;
    if (!hex4(low)) return false;
    if (low >= 0xDC00 && low < 0xE000) r = 0x10000 + ((r - 0xD800) << 10) + (low - 0xDC00);
    else i_ = second;
  }
  append_utf8(out, r);
  return true;
}

bool JsonReader::hex4(char32_t& out) {
  out = 0;
  for (int n = 0; n < 4; ++n, ++i_) {
    if (i_ >= s_.size()) return false;
    const char c = s_[i_], lower = c | 0x20;
    if (c >= '0' && c <= '9') out = out << 4 | static_cast<char32_t>(c - '0');
    else if (lower >= 'a' && lower <= 'f') out = out << 4 | static_cast<char32_t>(lower - 'a' + 10);
    else return false;
  }
  return true;
}

}  // namespace

Value parse_json(std::string_view text, Arena& arena) {
  Value out;
  return JsonReader(text, arena).document(out) ? out : Value::nil();
}

}  // namespace sleipnir::logql::gotemplate
