#include <doctest/doctest.h>

#include <bit>

#include "api/ingest/otlp_mapping.h"
#include "api/ingest/otlp_value.h"

using namespace sleipnir;
using namespace sleipnir::api;

namespace {

constexpr Nanos kPresent = 77;

std::string shown(Result<OtlpRequest> request) {
  if (!request) return "! " + request.error().message;
  const auto streams = streams_of(std::move(*request), Limits(), kPresent);
  if (!streams) return "! " + streams.error().message;
  std::string out;
  for (const ReceivedStream& stream : *streams) {
    out += stream.labels.to_string();
    for (const ReceivedEntry& entry : stream.entries) {
      out += "|" + std::to_string(entry.timestamp) + " " + std::string(entry.line);
      for (const Label& label : entry.metadata) out += " {" + label.name + "=" + label.value + "}";
    }
  }
  return out;
}

/// Resource attributes and one record, both as JSON.
std::string of_record(const std::string& attributes, const std::string& record) {
  return shown(decode_otlp_json(R"({"resourceLogs":[{"resource":{"attributes":[)" + attributes + R"(]},"scopeLogs":[{"logRecords":[)" + record + "]}]}]}"));
}

std::string attribute(const std::string& key, const std::string& value) { return R"({"key":")" + key + R"(","value":)" + value + "}"; }
std::string text(const std::string& value) { return R"({"stringValue":")" + value + R"("})"; }

std::string field(int number, std::string_view bytes) {
  REQUIRE(bytes.size() < 128);
  return std::string{static_cast<char>(number << 3 | 2), static_cast<char>(bytes.size())}.append(bytes);
}
std::string number(int field, uint8_t value) { return {static_cast<char>(field << 3), static_cast<char>(value)}; }
std::string fixed64(int field, uint64_t value) {
  std::string out(1, static_cast<char>(field << 3 | 1));
  for (int i = 0; i < 8; ++i) out += static_cast<char>(value >> (8 * i));
  return out;
}
std::string proto_attribute(std::string_view key, const std::string& value) { return field(1, key) + field(2, value); }

}  // namespace

TEST_CASE("resource attributes become labels or metadata (http-api.md §10)") {
  const auto f = [](const std::string& attributes, std::string_view want) {
    CAPTURE(attributes);
    CHECK(of_record(attributes, R"({"timeUnixNano":"5","body":{"stringValue":"x"}})") == want);
  };
  f(attribute("service.name", text("s")) + "," + attribute("k8s.pod.name", text("p")) + "," + attribute("custom.attr", text("z")),
    R"({k8s_pod_name="p", service_name="s"}|5 x {custom_attr=z})");
  f("", R"({service_name="unknown_service"}|5 x)");
  f(attribute("service.name", text("")) + "," + attribute("k8s.job.name", text("j")), R"({k8s_job_name="j", service_name="j"}|5 x)");
  f(attribute("k8s.job.name", text("j")) + "," + attribute("container.name", text("c")), R"({container_name="c", k8s_job_name="j", service_name="c"}|5 x)");
  f(attribute("container.name", text("c")) + "," + attribute("service.name", text("s")), R"({container_name="c", service_name="s"}|5 x)");
  f(attribute("m", R"({"kvlistValue":{"values":[)" + attribute("a", text("1")) + "," + attribute("b.c", R"({"intValue":2})") + "]}}"),
    R"({service_name="unknown_service"}|5 x {m_a=1} {m_b_c=2})");
  f(attribute("9a-b", R"({"boolValue":true})"), R"({service_name="unknown_service"}|5 x {key_9a_b=true})");
  f(attribute("m", R"({"kvlistValue":{"values":[)" + attribute("", text("1")) + "]}}"), R"({service_name="unknown_service"}|5 x {m_=1})");
  f(attribute("", R"({"kvlistValue":{"values":[)" + attribute("a", text("1")) + "]}}"), "! symbolizer lookup: label name is empty");
  f(attribute("-", text("x")), R"(! symbolizer lookup: normalization for label name "-" resulted in invalid name "_")");
}

TEST_CASE("records") {
  const auto f = [](const std::string& record, std::string_view want) {
    CAPTURE(record);
    CHECK(of_record("", record) == R"({service_name="unknown_service"}|)" + std::string(want));
  };
  f(R"({"timeUnixNano":"5","observedTimeUnixNano":6,"body":{"stringValue":"x"}})", "5 x {observed_timestamp=6}");
  f(R"({"observed_time_unix_nano":"6"})", "6 ");
  f("{}", "77 ");
  f(R"({"time_unix_nano":5,"severityNumber":17,"severityText":"Error!","droppedAttributesCount":2,"flags":1,"traceId":"0AF7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331","eventName":"e","attributes":[)" + attribute("a.b", R"({"doubleValue":1.5})") + "]}",
    "5  {a_b=1.5} {severity_number=17} {severity_text=Error!} {dropped_attributes_count=2} {flags=1} {trace_id=0af7651916cd43dd8448eb211c80319c} {span_id=b7ad6b7169203331} {event_name=e}");
  f(R"({"timeUnixNano":5,"severityNumber":"SEVERITY_NUMBER_WARN2","traceId":"","spanId":"0000000000000000"})", "5  {severity_number=14}");
  f(R"({"timeUnixNano":5,"severityNumber":"SEVERITY_NUMBER_UNSPECIFIED"})", "5 ");
  CHECK(shown(decode_otlp_json(R"({"resourceLogs":[{"scopeLogs":[{"scope":{"name":"lib","version":"1","droppedAttributesCount":3,"attributes":[)" +
                               attribute("s", text("t")) + R"(]},"logRecords":[{"timeUnixNano":1,"body":{"stringValue":"x"}}]}]}]})")) ==
        R"({service_name="unknown_service"}|1 x {s=t} {scope_name=lib} {scope_version=1} {scope_dropped_attributes_count=3})");
}

TEST_CASE("bodies as text") {
  const auto f = [](const std::string& body, std::string_view want) {
    CAPTURE(body);
    CHECK(of_record("", R"({"timeUnixNano":1,"body":)" + body + "}") == R"({service_name="unknown_service"}|1 )" + std::string(want));
  };
  f("{}", ""), f("null", "");
  f(R"({"intValue":"42"})", "42"), f(R"({"intValue":-3})", "-3"), f(R"({"boolValue":false})", "false"), f(R"({"bytesValue":"Af8="})", "Af8=");
  f(R"({"doubleValue":1.5})", "1.5"), f(R"({"doubleValue":2})", "2"), f(R"({"doubleValue":1e21})", "1e+21"), f(R"({"doubleValue":1e-7})", "1e-7");
  f(R"({"doubleValue":123456789.25})", "123456789.25"), f(R"({"doubleValue":"NaN"})", "json: unsupported value: NaN");
  f(R"({"kvlistValue":{"values":[)" + attribute("x", R"({"intValue":1})") + "," + attribute("b", text("y<z")) + "]}}", R"({"b":"y<z","x":1})");
  f(R"({"arrayValue":{"values":[{"intValue":1},{"stringValue":"x"},{},{"arrayValue":{}},{"kvlistValue":{}},{"bytesValue":"Af8="}]}})", R"([1,"x",null,[],{},"Af8="])");
}

TEST_CASE("OTLP JSON that is wrong") {
  const auto f = [](std::string_view body, std::string_view want) {
    CAPTURE(body);
    CHECK(shown(decode_otlp_json(body)).starts_with(want));
  };
  f("", "! ReadObjectCB: expect { or n, but found ");
  f("[]", "! ReadObjectCB: expect { or n, but found [");
  f(R"({"resourceLogs":{}})", "! ReadArrayCB: expect [ or n, but found {");
  f(R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"x"}]}]}]})", "! ReadUint64: ");
  f(R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"traceId":"abcd"}]}]}]})", "! trace_id: parse trace_id: invalid length for ID");
  f(R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":null}]}]}]})", "! ReadUint64: unsupported value type");
  f(R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"severityNumber":"9"}]}]}]})", "! ReadEnumValue: unknown string value");
  f(R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"severityNumber":null}]}]}]})", "! ReadEnumValue: unsupported value type");
  f(R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"severityNumber":1.5}]}]}]})", "! ReadInt32: ");
  std::string deep = R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":)";
  for (int i = 0; i < 1000; ++i) deep += R"({"arrayValue":{"values":[)";
  f(deep, "! incrementDepth: exceeded max depth");
  f("{}", ""), f(R"({"resourceLogs":[{}]})", "");
}

TEST_CASE("metadata shared by many records is bounded") {
  OtlpRequest request(1);
  OtlpValue value;
  value.kind = OtlpValue::Kind::kString;
  value.text.assign(1 << 20, 'x');
  request[0].attributes.push_back({"big", value});
  request[0].scopes.resize(1);
  request[0].scopes[0].records.resize(2);
  CHECK(streams_of(request, Limits(), kPresent));
  request[0].scopes[0].records.resize(1000);
  const auto streams = streams_of(request, Limits(), kPresent);
  REQUIRE_FALSE(streams);
  CHECK(streams.error().kind == ErrorKind::kTooLarge);
}

TEST_CASE("OTLP protobuf") {
  const std::string resource = field(1, proto_attribute("service.name", field(1, "s")));
  const auto f = [&](const std::string& record, std::string_view want) {
    CHECK(shown(decode_otlp_proto(field(1, field(1, resource) + field(2, field(1, field(1, "lib")) + field(2, record))))) == want);
  };
  const std::string time = fixed64(1, 1777881600000000000);
  f(time + field(5, field(1, "p one")), R"({service_name="s"}|1777881600000000000 p one {scope_name=lib})");
  f(time + field(5, field(5, field(1, number(3, 1)) + field(1, number(2, 1)))), R"({service_name="s"}|1777881600000000000 [1,true] {scope_name=lib})");
  f(time + field(5, field(6, field(1, proto_attribute("m", field(1, "x"))) + field(1, proto_attribute("k", field(7, "\x01\xff"))))),
    R"({service_name="s"}|1777881600000000000 {"k":"Af8=","m":"x"} {scope_name=lib})");
  f(time + field(5, fixed64(4, std::bit_cast<uint64_t>(2.5))) + number(2, 9) + field(9, std::string(16, '\x0f')),
    R"({service_name="s"}|1777881600000000000 2.5 {severity_number=9} {trace_id=0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f} {scope_name=lib})");
  f(field(9, "short"), "! invalid length for TraceID");
  f(field(1, "x"), "! proto: wrong wireType = 2");
  CHECK(shown(decode_otlp_proto("")) == "");
  CHECK(shown(decode_otlp_proto("\x0a\x05x")) == "! unexpected EOF");
}
