#include "api/ingest/json.h"
#include "api/ingest/json_cursor.h"
#include "base/text.h"

namespace sleipnir::api {
namespace {

/// Decodes structures by field name; names are compared without case, unknown ones passed over. Each level puts its type and field before an
/// error: `push.PushRequest.Streams: []push.Stream: push.Stream.Labels: ReadString: …`.
class LegacyDecoder {
 public:
  explicit LegacyDecoder(std::string_view body) : c_(body) {}

  bool request(std::vector<ReceivedStream>& streams) {
    return object("push.PushRequest.", [&](const std::string& name) {
      if (name != "streams") return skip();
      streams.clear();
      return in("Streams: ", array("[]push.Stream: ", [&] { return stream(c_.add(streams)); }));
    });
  }

  Error error() const { return c_.error(); }

 private:
  bool in(std::string_view prefix, bool ok) {
    if (!ok) c_.prefix_error(prefix);
    return ok;
  }

  bool skip() {
    JsonCursor::Value value;
    return c_.read_value(value);
  }

  template <class Member>
  bool object(std::string_view type, Member&& member) {
    char first = c_.next();
    if (first == 'n') return c_.read_null();
    if (first != '{') return c_.fail("readObjectStart", found("{ or n", first));
    first = c_.next();
    if (first == '}') return true;
    if (first != '"') return c_.fail("readObjectStart", found("\" or }", first));
    c_.unread();
    std::string name;
    do {
      if (!c_.read_name("readFieldHash", name) || !member(to_lower(name))) break;
    } while (c_.more_members("isObjectEnd", "object ended prematurely, unexpected char "));
    return in(type, !c_.failed());
  }

  template <class Element>
  bool array(std::string_view type, Element&& element) {
    const char first = c_.next();
    if (first == 'n') return in(type, c_.read_null());
    if (first != '[') return in(type, c_.fail("decode slice", found("[ or n", first)));
    if (c_.next() == ']') return true;
    c_.unread();
    do {
      if (!element()) break;
    } while (c_.more_elements("decode slice", "expect ], but found "));
    return in(type, !c_.failed());
  }

  bool stream(ReceivedStream& stream) {
    return object("push.Stream.", [&](const std::string& name) {
      if (name == "labels") return in("Labels: ", c_.read_text(stream.label_text));
      if (name != "entries") return skip();
      stream.entries.clear();
      return in("Entries: ", array("[]push.Entry: ", [&] { return entry(c_.add(stream.entries)); }));
    });
  }

  bool entry(ReceivedEntry& entry) {
    return object("push.Entry.", [&](const std::string& name) {
      if (name == "ts") return in("Timestamp: ", time(entry.timestamp));
      if (name == "line") return in("Line: ", line(entry.line));
      if (name != "structuredmetadata") return skip();
      return in("StructuredMetadata: ", array("push.LabelsAdapter: ", [&] { return label(c_.add(entry.metadata)); }));
    });
  }

  bool line(LineText& line) {
    std::string text(line);
    const bool ok = c_.read_text(text);
    line = std::move(text);
    return ok;
  }

  bool label(Label& label) {
    return object("push.LabelAdapter.", [&](const std::string& name) {
      if (name == "name") return in("Name: ", c_.read_text(label.name));
      return name == "value" ? in("Value: ", c_.read_text(label.value)) : skip();
    });
  }

  bool time(Nanos& t) {
    JsonCursor::Value value;
    if (!c_.read_value(value)) return false;
    if (value.kind == JsonCursor::Kind::kNull) return true;
    if (value.kind != JsonCursor::Kind::kString) return c_.fail("unmarshalerDecoder", "Time.UnmarshalJSON: input is not a JSON string");
    auto parsed = parse_rfc3339(value.raw);
    if (!parsed) return c_.fail("unmarshalerDecoder", parsed.error().message);
    t = *parsed;
    return true;
  }

  JsonCursor c_;
};

}  // namespace

Result<std::vector<ReceivedStream>> decode_push_json_legacy(std::string_view body) {
  if (body.empty()) return invalid("EOF");
  std::vector<ReceivedStream> streams;
  LegacyDecoder decoder(body);
  if (!decoder.request(streams)) return decoder.error();
  return streams;
}

}  // namespace sleipnir::api
