#include <charconv>
#include <optional>

#include <openssl/evp.h>

#include "api/ingest/json_cursor.h"
#include "api/ingest/otlp_model.h"
#include "base/number.h"

namespace sleipnir::api {
namespace {

using Kind = OtlpValue::Kind;

bool from_hex(std::string_view hex, std::string& bytes) {
  bytes.clear();
  for (size_t i = 0; i + 2 <= hex.size(); i += 2) {
    uint8_t byte = 0;
    const auto [end, error] = std::from_chars(hex.data() + i, hex.data() + i + 2, byte, 16);
    if (error != std::errc() || end != hex.data() + i + 2) return false;
    bytes += static_cast<char>(byte);
  }
  return hex.size() % 2 == 0;
}

bool from_base64(std::string_view text, std::string& bytes) {
  if (text.size() % 4 != 0) return false;
  bytes.resize(text.size() / 4 * 3);
  const int length = EVP_DecodeBlock(reinterpret_cast<uint8_t*>(bytes.data()), reinterpret_cast<const uint8_t*>(text.data()), static_cast<int>(text.size()));
  if (length < 0) return false;
  const size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  bytes.resize(length - padding);
  return true;
}

/// `SEVERITY_NUMBER_WARN2` is 14; nullopt for any other text.
std::optional<int32_t> severity_by_name(std::string_view name) {
  constexpr std::string_view kPrefix = "SEVERITY_NUMBER_", kNames[] = {"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"};
  if (!name.starts_with(kPrefix)) return {};
  name.remove_prefix(kPrefix.size());
  if (name == "UNSPECIFIED") return 0;
  for (int i = 0; i < 6; ++i) {
    if (!name.starts_with(kNames[i])) continue;
    const std::string_view rest = name.substr(kNames[i].size());
    if (rest.empty()) return i * 4 + 1;
    if (rest.size() == 1 && rest[0] >= '2' && rest[0] <= '4') return i * 4 + (rest[0] - '0');
  }
  return {};
}

/// Decodes by field name, in either spelling (`timeUnixNano`, `time_unix_nano`), each function one message. False once the cursor has failed.
class OtlpJsonDecoder {
 public:
  explicit OtlpJsonDecoder(std::string_view body) : c_(body) {}

  bool request(OtlpRequest& request) {
    return object([&](std::string_view name) {
      if (name != "resourceLogs" && name != "resource_logs") return skip();
      return array([&] { return resource_logs(c_.add(request)); });
    });
  }

  Error error() const { return c_.error(); }

 private:
  bool skip() {
    JsonCursor::Value value;
    return c_.read_value(value);
  }

  template <class Member>
  bool object(Member&& member) {
    const char first = c_.next();
    if (first == 'n') return c_.read_null();
    return first == '{' ? c_.read_members(member) : c_.fail("ReadObjectCB", found("{ or n", first));
  }

  template <class Element>
  bool array(Element&& element) {
    const char first = c_.next();
    if (first == 'n') return c_.read_null();
    return first == '[' ? c_.read_elements(element) : c_.fail("ReadArrayCB", found("[ or n", first));
  }

  /// A number, or a string that holds one.
  template <class Integer>
  bool integer(std::string_view operation, Integer& out) {
    JsonCursor::Value value;
    if (!c_.read_value(value)) return false;
    return value.kind == JsonCursor::Kind::kNull ? c_.fail(operation, "unsupported value type") : number(operation, value.raw, out);
  }

  template <class Integer>
  bool number(std::string_view operation, std::string_view text, Integer& out) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    const bool ok = error == std::errc() && end == text.data() + text.size();
    return ok || c_.fail(operation, "strconv: parsing \"" + std::string(text) + "\": invalid syntax");
  }

  bool floating(double& out) {
    JsonCursor::Value value;
    if (!c_.read_value(value)) return false;
    auto parsed = parse_go_float(value.raw);
    if (!parsed) return c_.fail("ReadFloat64", parsed.error().message);
    out = *parsed;
    return true;
  }

  bool boolean(OtlpValue& value) {
    JsonCursor::Value raw;
    if (!c_.read_value(raw)) return false;
    if (raw.kind != JsonCursor::Kind::kBool) return c_.fail("ReadBool", "expect t or f, but found " + std::string(raw.raw.substr(0, 1)));
    value.integer = raw.raw == "true";
    return true;
  }

  bool severity(int32_t& number) {
    JsonCursor::Value value;
    if (!c_.read_value(value)) return false;
    if (value.kind == JsonCursor::Kind::kNumber) return this->number("ReadInt32", value.raw, number);
    if (value.kind != JsonCursor::Kind::kString) return c_.fail("ReadEnumValue", "unsupported value type");
    const auto named = severity_by_name(value.raw);
    number = named.value_or(0);
    return named || c_.fail("ReadEnumValue", "unknown string value");
  }

  bool id(std::string_view operation, size_t bytes, std::string& out) {
    std::string hex;
    if (!c_.read_text(hex)) return false;
    if (!from_hex(hex, out)) return c_.fail(operation, "parse " + std::string(operation) + ": invalid hex");
    return out.empty() || out.size() == bytes || c_.fail(operation, "parse " + std::string(operation) + ": invalid length for ID");
  }

  bool bytes(std::string& out) {
    std::string text;
    if (!c_.read_text(text)) return false;
    return from_base64(text, out) || c_.fail("bytesValue", "base64 decode: illegal base64 data");
  }

  bool value(OtlpValue& value, int depth) {
    if (depth > kMaxOtlpDepth) return c_.fail("incrementDepth", "exceeded max depth");
    const auto is = [&](Kind kind, bool ok) {
      value.kind = kind;
      return ok;
    };
    return object([&](std::string_view name) {
      if (name == "stringValue" || name == "string_value") return is(Kind::kString, c_.read_text(value.text));
      if (name == "boolValue" || name == "bool_value") return is(Kind::kBool, boolean(value));
      if (name == "intValue" || name == "int_value") return is(Kind::kInt, integer("ReadInt64", value.integer));
      if (name == "doubleValue" || name == "double_value") return is(Kind::kDouble, floating(value.number));
      if (name == "bytesValue" || name == "bytes_value") return is(Kind::kBytes, bytes(value.text));
      const bool is_array = name == "arrayValue" || name == "array_value";
      if (!is_array && name != "kvlistValue" && name != "kvlist_value") return skip();
      return is(is_array ? Kind::kArray : Kind::kMap, object([&](std::string_view inner) {
                  if (inner != "values") return skip();
                  if (is_array) return array([&] { return this->value(c_.add(value.items), depth + 1); });
                  return attributes(value.members, depth + 1);
                }));
    });
  }

  bool attributes(std::vector<OtlpAttribute>& attributes, int depth = 1) {
    return array([&] {
      OtlpAttribute& attribute = c_.add(attributes);
      return object([&](std::string_view name) {
        if (name == "key") return c_.read_text(attribute.key);
        return name == "value" ? value(attribute.value, depth) : skip();
      });
    });
  }

  bool record(OtlpRecord& record) {
    return object([&](std::string_view name) {
      if (name == "timeUnixNano" || name == "time_unix_nano") return integer("ReadUint64", record.time);
      if (name == "observedTimeUnixNano" || name == "observed_time_unix_nano") return integer("ReadUint64", record.observed_time);
      if (name == "severityNumber" || name == "severity_number") return severity(record.severity_number);
      if (name == "severityText" || name == "severity_text") return c_.read_text(record.severity_text);
      if (name == "body") return value(record.body, 1);
      if (name == "attributes") return attributes(record.attributes);
      if (name == "droppedAttributesCount" || name == "dropped_attributes_count") return integer("ReadUint32", record.dropped_attributes);
      if (name == "flags") return integer("ReadUint32", record.flags);
      if (name == "traceId" || name == "trace_id") return id("trace_id", kTraceIdBytes, record.trace_id);
      if (name == "spanId" || name == "span_id") return id("span_id", kSpanIdBytes, record.span_id);
      if (name == "eventName" || name == "event_name") return c_.read_text(record.event_name);
      return skip();
    });
  }

  bool scope(OtlpScope& scope) {
    return object([&](std::string_view name) {
      if (name == "name") return c_.read_text(scope.name);
      if (name == "version") return c_.read_text(scope.version);
      if (name == "attributes") return attributes(scope.attributes);
      if (name == "droppedAttributesCount" || name == "dropped_attributes_count") return integer("ReadUint32", scope.dropped_attributes);
      return skip();
    });
  }

  bool scope_logs(OtlpScope& scope) {
    return object([&](std::string_view name) {
      if (name == "scope") return this->scope(scope);
      if (name != "logRecords" && name != "log_records") return skip();
      return array([&] { return record(c_.add(scope.records)); });
    });
  }

  bool resource_logs(OtlpResource& resource) {
    return object([&](std::string_view name) {
      if (name == "resource")
        return object([&](std::string_view inner) { return inner == "attributes" ? attributes(resource.attributes) : skip(); });
      if (name != "scopeLogs" && name != "scope_logs") return skip();
      return array([&] { return scope_logs(c_.add(resource.scopes)); });
    });
  }

  JsonCursor c_;
};

}  // namespace

Result<OtlpRequest> decode_otlp_json(std::string_view body) {
  OtlpRequest request;
  OtlpJsonDecoder decoder(body);
  if (!decoder.request(request)) return decoder.error();
  return request;
}

}  // namespace sleipnir::api
