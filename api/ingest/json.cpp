#include "api/ingest/json.h"

#include <algorithm>
#include <charconv>

#include "api/ingest/json_cursor.h"
#include "base/text.h"

namespace sleipnir::api {
namespace {

using Kind = JsonCursor::Kind;

// What Loki says of well-formed JSON with the wrong types in it.
constexpr std::string_view kNotValue = "Value looks like Number/Boolean/None, but can't find its end: ',' or '}' symbol";
constexpr std::string_view kNotString = "Value is string, but can't find closing '\"' symbol";
constexpr std::string_view kNotArray = "Value is array, but can't find closing ']' symbol";
constexpr std::string_view kNotObject = "Value looks like object, but can't find closing '}' symbol";
constexpr std::string_view kOverflow = "Value is number, but overflowed while parsing";

/// Why a timestamp text is none; empty if it is one.
std::string_view parse_timestamp(std::string_view text, Nanos& t) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), t);
  if (error == std::errc::result_out_of_range) return kOverflow;
  return error == std::errc() && end == text.data() + text.size() ? std::string_view() : kNotValue;
}

bool is_label_name(std::string_view name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !name.empty() && letter(name[0]) && std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

/// The label string that Loki builds and then parses, and trips over where a name is odd.
std::string label_text_of(const std::vector<Label>& labels) {
  std::string text = "{";
  for (const Label& label : LabelSet(labels)) {
    if (text.size() > 1) text += ", ";
    text.append(label.name).append("=").append(go_quote(label.value));
  }
  return text + "}";
}

LabelSet without_empty(const LabelSet& labels) {
  std::vector<Label> kept;
  for (const Label& label : labels)
    if (!label.value.empty()) kept.push_back(label);
  return LabelSet(std::move(kept));
}

/// Decodes one element of `streams`. Broken syntax ends everything (the cursor fails); a wrong type is remembered as `complaint` and reported
/// where the stream ends, as Loki does.
class StreamDecoder {
 public:
  StreamDecoder(JsonCursor& cursor, ReceivedStream& stream) : c_(cursor), stream_(stream) {}

  bool decode() {
    const char first = c_.next();
    if (first != '{') {
      JsonCursor::Value value;
      return c_.read_value_from(first, value) && c_.fail("unmarshalerDecoder", kNotObject);
    }
    if (!c_.read_members([this](const std::string& name) { return member(name); })) return false;
    return complaint_.empty() || c_.fail("unmarshalerDecoder", complaint_);
  }

 private:
  void complain(std::string_view what) {
    if (complaint_.empty()) complaint_ = what;
  }

  bool skip(char first, std::string_view what = {}) {
    if (!what.empty()) complain(what);
    JsonCursor::Value value;
    return c_.read_value_from(first, value);
  }

  bool member(const std::string& name) {
    const char first = c_.next();
    if (name == "stream") return first == '{' ? labels() : skip(first, kNotObject);
    if (name == "values" && first == '[') {
      stream_.entries.clear();
      return c_.read_elements([this] { return entry(); });
    }
    return skip(first, name == "values" && first != 'n' ? kNotArray : std::string_view());
  }

  bool labels() {
    std::vector<Label> labels;
    const auto label = [&](const std::string& name) {
      JsonCursor::Value value;
      if (!c_.read_value(value)) return false;
      Label& added = c_.add(labels);
      added.name = name;
      if (!unescape_json(value.raw, added.value)) complain(kNotValue);
      return true;
    };
    if (!c_.read_members(label)) return false;
    const bool plain = std::all_of(labels.begin(), labels.end(), [](const Label& l) { return is_label_name(l.name); });
    stream_.label_text = plain ? std::string() : label_text_of(labels);
    stream_.labels = plain ? without_empty(LabelSet(std::move(labels))) : LabelSet();
    return true;
  }

  /// One entry, `["time", "line", {metadata}, …]`. A bad element does not advance to the next role, and the last complaint counts: so
  /// `[5, "x"]` is told off for "x" being no time.
  bool entry() {
    const char first = c_.next();
    if (first == 'n') return skip(first);
    if (first != '[') return skip(first, kNotArray);
    ReceivedEntry& entry = c_.add(stream_.entries);
    std::string_view complaint;
    size_t role = 0;
    const bool ok = c_.read_elements([&] { return element(entry, role, complaint); });
    if (!complaint.empty()) complain(complaint);
    return ok;
  }

  bool element(ReceivedEntry& entry, size_t& role, std::string_view& complaint) {
    const char first = c_.next();
    if (role > 2 || first != (role == 2 ? '{' : '"')) {
      if (role <= 2) complaint = role == 2 ? kNotObject : kNotString;
      else ++role;
      return skip(first);
    }
    std::string_view wrong;
    const bool ok = role == 0 ? timestamp(entry, wrong) : role == 1 ? line(entry, wrong) : metadata(entry, wrong);
    if (wrong.empty()) ++role;
    else complaint = wrong;
    return ok;
  }

  bool timestamp(ReceivedEntry& entry, std::string_view& wrong) {
    std::string_view text;
    if (!c_.read_raw_string(text)) return false;
    wrong = parse_timestamp(text, entry.timestamp);
    return true;
  }

  bool line(ReceivedEntry& entry, std::string_view& wrong) {
    bool paired = true;
    if (!c_.read_line(entry.line, paired)) return false;
    if (!paired) wrong = kNotValue;
    return true;
  }

  bool metadata(ReceivedEntry& entry, std::string_view& wrong) {
    return c_.read_members([&](const std::string& name) {
      const char first = c_.next();
      if (first != '"') {
        wrong = kNotString;
        return skip(first);
      }
      bool paired = true;
      Label& added = c_.add(entry.metadata);
      added.name = name;
      if (!c_.read_string(added.value, paired)) return false;
      if (!paired) wrong = kNotValue;
      return true;
    });
  }

  JsonCursor& c_;
  ReceivedStream& stream_;
  std::string_view complaint_;
};

/// The array of streams. Errors are prefixed by what holds them.
bool decode_streams(JsonCursor& c, std::vector<ReceivedStream>& streams) {
  const char first = c.next();
  streams.clear();
  if (first == 'n') return c.read_null();
  if (first != '[') return c.fail("decode slice", found("[ or n", first));
  if (c.next() == ']') return true;
  c.unread();
  do {
    if (!StreamDecoder(c, c.add(streams)).decode()) return false;
  } while (c.more_elements("decode slice", "expect ], but found "));
  return !c.failed();
}

bool decode_request(JsonCursor& c, std::vector<ReceivedStream>& streams) {
  std::string name;
  do {
    if (!c.read_name("readFieldHash", name)) return false;
    if (to_lower(name) != "streams") {
      JsonCursor::Value value;
      if (!c.read_value(value)) return false;
    } else if (!decode_streams(c, streams)) {
      c.prefix_error("Streams: []loghttp.LogProtoStream: ");
      return false;
    }
  } while (c.more_members("isObjectEnd", "object ended prematurely, unexpected char "));
  return !c.failed();
}

}  // namespace

Result<std::vector<ReceivedStream>> decode_push_json(std::string_view body) {
  std::vector<ReceivedStream> streams;
  if (body.empty()) return invalid("EOF");
  JsonCursor c(body);
  char first = c.next();
  if (first == 'n' && c.read_null()) return streams;
  if (!c.failed() && first != '{') c.fail("readObjectStart", found("{ or n", first));
  if (c.failed()) return c.error();
  first = c.next();
  if (first == '}') return streams;
  if (first != '"') c.fail("readObjectStart", found("\" or }", first));
  if (c.failed()) return c.error();
  c.unread();
  if (decode_request(c, streams)) return streams;
  c.prefix_error("loghttp.PushRequest.");
  return c.error();
}

}  // namespace sleipnir::api
