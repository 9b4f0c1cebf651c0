#include <doctest/doctest.h>

#include "api/ingest/json.h"

using namespace sleipnir;
using namespace sleipnir::api;

namespace {

/// `labels|time line {name=value}…` a stream, or the error.
std::string shown(const Result<std::vector<ReceivedStream>>& streams) {
  if (!streams) return "! " + streams.error().message;
  std::string out;
  for (const ReceivedStream& stream : *streams) {
    out += stream.label_text.empty() ? stream.labels.to_string() : "text " + stream.label_text;
    for (const ReceivedEntry& entry : stream.entries) {
      out += "|" + (entry.timestamp == kNoTimestamp ? std::string("-") : std::to_string(entry.timestamp)) + " " + std::string(entry.line);
      for (const Label& label : entry.metadata) out += " {" + label.name + "=" + label.value + "}";
    }
    out += ";";
  }
  return out;
}

std::string error_at_end(std::string_view body, const std::string& what) {
  // the offending stream ends three bytes before the body does: `]}` and the quote context around it
  const size_t head = body.size() - 2;
  return "! loghttp.PushRequest.Streams: []loghttp.LogProtoStream: unmarshalerDecoder: " + what + ", error found in #10 byte of ...|" +
         std::string(body.substr(head - 10)) + "|..., bigger context ...|" + std::string(body.substr(head > 50 ? head - 50 : 0)) + "|...";
}

}  // namespace

TEST_CASE("push JSON (http-api.md §9.4)") {
  const auto f = [](std::string_view body, std::string_view want) {
    CAPTURE(body);
    CHECK(shown(decode_push_json(body)) == want);
  };
  f(R"({"streams":[{"stream":{"app":"web"},"values":[["12","line",{"trace_id":"abc"}],["13","two"]]}]})", R"({app="web"}|12 line {trace_id=abc}|13 two;)");
  f(R"( { "streams" : [ { "stream" : { } , "values" : [ ] } , {} ] } trailing)", "{};{};");
  f(R"({"streams":[{"values":[["-5","a\tb \"q\" \u00e9\ud83d\udc4d\/","ignored"]]}]})", error_at_end(R"({"streams":[{"values":[["-5","a\tb \"q\" \u00e9\ud83d\udc4d\/","ignored"]]}]})", "Value looks like object, but can't find closing '}' symbol"));
  f(R"({"streams":[{"values":[["-5","a\tb \"q\" \u00e9\ud83d\udc4d\/",{},"more",7]]}]})", "{}|-5 a\tb \"q\" é👍/;");
  f(R"({"streams":[{"stream":{"a":1,"b":true,"c":null,"d":"x","d":"y"},"values":[["1","x"]]}]})", R"({a="1", b="true", c="null", d="y"}|1 x;)");
  f(R"({"streams":[{"stream":{"bad-name":"v","a":"\"q\""},"values":[["1","x"]]}]})", R"(text {a="\"q\"", bad-name="v"}|1 x;)");
  f(R"({"streams":[{"values":[["1"],[],null]}]})", "{}|1 |- ;");
  f(R"({"streams":[{"values":null}]})", "{};");
  f(R"({"STREAMS":[{"Stream":{"a":"b"},"VALUES":[["1","x"]]}]})", "{};");
  f(R"({"other":[1,{"x":[]}],"streams":[{"extra":-1.5e3,"values":[["1","x"]]}]})", "{}|1 x;");
  f("{}", ""), f("null", ""), f(R"({"streams":null})", ""), f(R"({"streams":[]})", "");
}

TEST_CASE("push JSON with wrong types") {
  const auto f = [](std::string_view body, const std::string& want) {
    CAPTURE(body);
    CHECK(shown(decode_push_json(body)) == error_at_end(body, want));
  };
  const std::string value = "Value looks like Number/Boolean/None, but can't find its end: ',' or '}' symbol";
  const std::string string = "Value is string, but can't find closing '\"' symbol";
  const std::string object = "Value looks like object, but can't find closing '}' symbol";
  f(R"({"streams":[{"values":[["abc","x"]]}]})", value);
  f(R"({"streams":[{"values":[["1.5","x"]]}]})", value);
  f(R"({"streams":[{"values":[["","x"]]}]})", value);
  f(R"({"streams":[{"values":[[1795259536827764888,"x"]]}]})", value);
  f(R"({"streams":[{"values":[["99999999999999999999","1"]]}]})", "Value is number, but overflowed while parsing");
  f(R"({"streams":[{"values":[["1",5]]}]})", string);
  f(R"({"streams":[{"values":[["1","x",{"a":1}]]}]})", string);
  f(R"({"streams":[{"values":[["1","x","y"]]}]})", object);
  f(R"({"streams":[{"values":[["1","x",null]]}]})", object);
  f(R"({"streams":[{"values":[["1","\ud800"]]}]})", value);
  f(R"({"streams":[{"stream":[],"values":[["1","x"]]}]})", object);
  f(R"({"streams":[{"values":{},"a":"some more text"}]})", "Value is array, but can't find closing ']' symbol");
  f(R"({"streams":[123456789]})", object);
}

TEST_CASE("broken push JSON") {
  const auto f = [](std::string_view body, std::string_view want) {
    CAPTURE(body);
    CHECK(shown(decode_push_json(body)) == want);
  };
  f("", "! EOF");
  f("[]", "! readObjectStart: expect { or n, but found [, error found in #1 byte of ...|[]|..., bigger context ...|[]|...");
  f("{x}", "! readObjectStart: expect \" or }, but found x, error found in #2 byte of ...|{x}|..., bigger context ...|{x}|...");
  f(R"({"a":1,x})", R"(! loghttp.PushRequest.readFieldHash: expect ", but found x, error found in #8 byte of ...|{"a":1,x}|..., bigger context ...|{"a":1,x}|...)");
  f(R"({"a" 1})", R"(! loghttp.PushRequest.readFieldHash: expect :, but found 1, error found in #6 byte of ...|{"a" 1}|..., bigger context ...|{"a" 1}|...)");
  f(R"({"streams":{}})", R"(! loghttp.PushRequest.Streams: []loghttp.LogProtoStream: decode slice: expect [ or n, but found {, error found in #10 byte of ...|streams":{}}|..., bigger context ...|{"streams":{}}|...)");
  const auto starts = [](std::string_view body, std::string_view want) {
    CAPTURE(body);
    CHECK(shown(decode_push_json(body)).starts_with(want));
  };
  starts(R"({"streams":[{"values":[["1","x"])", "! loghttp.PushRequest.Streams: []loghttp.LogProtoStream: ReadArrayCB: expect ] in the end, but found ");
  starts(R"({"streams":[{"values":[["1","x)", "! loghttp.PushRequest.Streams: []loghttp.LogProtoStream: readStringSlowPath: unexpected end of input");
  starts(R"({"streams":[{"values":[["1","\x"]]}]})", "! loghttp.PushRequest.Streams: []loghttp.LogProtoStream: readEscapedChar: invalid escape char after \\");
  starts("{\"streams\":[{\"values\":[[\"1\",\"a\nb\"]]}]}", "! loghttp.PushRequest.Streams: []loghttp.LogProtoStream: ReadString: invalid control character found: 10");
  starts(R"({"streams":[)" + std::string(100000, '['), "! loghttp.PushRequest.Streams: []loghttp.LogProtoStream: incrementDepth: exceeded max depth");
  starts(R"({"streams":nope})", "! loghttp.PushRequest.Streams: []loghttp.LogProtoStream: skipThreeBytes: expect ull");
  // a broken text beats a wrong type before it in the same stream
  starts(R"({"streams":[{"values":[["x","y"]],}]})", "! loghttp.PushRequest.Streams: []loghttp.LogProtoStream: ReadObject: ");
}

TEST_CASE("legacy push JSON") {
  const auto f = [](std::string_view body, std::string_view want) {
    CAPTURE(body);
    CHECK(shown(decode_push_json_legacy(body)) == want);
  };
  f(R"({"streams":[{"labels":"{a=\"b\"}","entries":[{"ts":"1970-01-01T00:00:01.5Z","line":"x","structuredMetadata":[{"name":"n","value":"v"}]}]}]})",
    "text {a=\"b\"}|1500000000 x {n=v};");
  f(R"({"Streams":[{"Labels":"{}","Entries":[{"TS":"1970-01-01T01:00:00+01:00","Line":"x","other":1}]}]})", "text {}|0 x;");
  f(R"({"streams":[{"labels":"{}","entries":[{"timestamp":"1970-01-01T00:00:00Z","line":"x"}]}]})", "text {}|- x;");
  f(R"({"streams":null})", ""), f("{}", ""), f("", "! EOF");
  const auto starts = [](std::string_view body, std::string_view want) {
    CAPTURE(body);
    CHECK(shown(decode_push_json_legacy(body)).starts_with(want));
  };
  starts(R"({"streams":[{"labels":5}]})", "! push.PushRequest.Streams: []push.Stream: push.Stream.Labels: ReadString: expects \" or n, but found 5, error found in #10 byte of ...|");
  starts(R"({"streams":[{"entries":[{"ts":"yesterday"}]}]})", "! push.PushRequest.Streams: []push.Stream: push.Stream.Entries: []push.Entry: push.Entry.Timestamp: unmarshalerDecoder: parsing time ");
}
