#include <bit>

#include "api/ingest/otlp_model.h"
#include "api/ingest/request.h"
#include "api/ingest/wire.h"

namespace sleipnir::api {
namespace {

std::string wrong_type(const WireReader& r) { return "proto: wrong wireType = " + std::to_string(r.type()); }

std::string read(const WireReader& r, std::string& out) {
  if (r.type() != WireReader::kBytes) return wrong_type(r);
  out.assign(r.bytes());
  return {};
}

template <class Integer>
std::string read_number(const WireReader& r, WireReader::Type type, Integer& out) {
  if (r.type() != type) return wrong_type(r);
  out = static_cast<Integer>(r.number());
  return {};
}

std::string read_id(const WireReader& r, size_t bytes, std::string& out) {
  std::string error = read(r, out);
  if (error.empty() && !out.empty() && out.size() != bytes) error = bytes == kTraceIdBytes ? "invalid length for TraceID" : "invalid length for SpanID";
  return error;
}

/// A nested message, decoded by `decode(bytes)`.
template <class Decode>
std::string nested(const WireReader& r, Decode&& decode) {
  return r.type() == WireReader::kBytes ? decode(r.bytes()) : wrong_type(r);
}

/// One function a message; each returns "" or what is wrong.
class OtlpProtoDecoder {
 public:
  std::string decode_request(std::string_view message, OtlpRequest& request) {
    return each_field(message, [&](const WireReader& r) {
      if (r.field() != 1) return std::string();
      return nested(r, [&](std::string_view m) { return decode_resource_logs(m, budget_.add(request)); });
    });
  }

  bool exhausted() const { return budget_.exhausted(); }

 private:
  /// Reads a message and hands each field to `field(reader)`, which returns "" or what is wrong.
  template <class Field>
  std::string each_field(std::string_view message, Field&& field) {
    WireReader r(message);
    while (r.next()) {
      if (std::string error = field(r); !error.empty()) return error;
      if (budget_.exhausted()) return "exhausted";
    }
    return r.error() ? r.error() : std::string();
  }

  std::string decode_value(std::string_view message, OtlpValue& value, int depth) {
    using Kind = OtlpValue::Kind;
    if (depth > kMaxOtlpDepth) return "value nested too deeply";
    const auto items = [&](std::string_view array) {
      return each_field(array, [&](const WireReader& r) {
        if (r.field() != 1) return std::string();
        return nested(r, [&](std::string_view item) { return decode_value(item, budget_.add(value.items), depth + 1); });
      });
    };
    const auto members = [&](std::string_view list) {
      return each_field(list, [&](const WireReader& r) {
        if (r.field() != 1) return std::string();
        return nested(r, [&](std::string_view member) { return decode_attribute(member, budget_.add(value.members), depth + 1); });
      });
    };
    return each_field(message, [&](const WireReader& r) -> std::string {
      switch (r.field()) {
        case 1: value.kind = Kind::kString; return read(r, value.text);
        case 2: value.kind = Kind::kBool; value.integer = r.number() != 0; return r.type() == WireReader::kVarint ? std::string() : wrong_type(r);
        case 3: value.kind = Kind::kInt; return read_number(r, WireReader::kVarint, value.integer);
        case 4: value.kind = Kind::kDouble; value.number = std::bit_cast<double>(r.number()); return r.type() == WireReader::kFixed64 ? std::string() : wrong_type(r);
        case 5: value.kind = Kind::kArray; return nested(r, items);
        case 6: value.kind = Kind::kMap; return nested(r, members);
        case 7: value.kind = Kind::kBytes; return read(r, value.text);
        default: return {};
      }
    });
  }

  std::string decode_attribute(std::string_view message, OtlpAttribute& attribute, int depth) {
    return each_field(message, [&](const WireReader& r) -> std::string {
      if (r.field() == 1) return read(r, attribute.key);
      if (r.field() != 2) return {};
      return nested(r, [&](std::string_view value) { return decode_value(value, attribute.value, depth); });
    });
  }

  std::string read_attribute(const WireReader& r, std::vector<OtlpAttribute>& attributes) {
    return nested(r, [&](std::string_view message) { return decode_attribute(message, budget_.add(attributes), 1); });
  }

  std::string decode_record(std::string_view message, OtlpRecord& record) {
    return each_field(message, [&](const WireReader& r) -> std::string {
      switch (r.field()) {
        case 1: return read_number(r, WireReader::kFixed64, record.time);
        case 2: return read_number(r, WireReader::kVarint, record.severity_number);
        case 3: return read(r, record.severity_text);
        case 5: return nested(r, [&](std::string_view value) { return decode_value(value, record.body, 1); });
        case 6: return read_attribute(r, record.attributes);
        case 7: return read_number(r, WireReader::kVarint, record.dropped_attributes);
        case 8: return read_number(r, WireReader::kFixed32, record.flags);
        case 9: return read_id(r, kTraceIdBytes, record.trace_id);
        case 10: return read_id(r, kSpanIdBytes, record.span_id);
        case 11: return read_number(r, WireReader::kFixed64, record.observed_time);
        case 12: return read(r, record.event_name);
        default: return {};
      }
    });
  }

  std::string decode_scope(std::string_view message, OtlpScope& scope) {
    return each_field(message, [&](const WireReader& r) -> std::string {
      switch (r.field()) {
        case 1: return read(r, scope.name);
        case 2: return read(r, scope.version);
        case 3: return read_attribute(r, scope.attributes);
        case 4: return read_number(r, WireReader::kVarint, scope.dropped_attributes);
        default: return {};
      }
    });
  }

  std::string decode_scope_logs(std::string_view message, OtlpScope& scope) {
    return each_field(message, [&](const WireReader& r) -> std::string {
      if (r.field() == 1) return nested(r, [&](std::string_view m) { return decode_scope(m, scope); });
      if (r.field() == 2) return nested(r, [&](std::string_view m) { return decode_record(m, budget_.add(scope.records)); });
      return {};
    });
  }

  std::string decode_resource(std::string_view message, OtlpResource& resource) {
    return each_field(message, [&](const WireReader& r) { return r.field() == 1 ? read_attribute(r, resource.attributes) : std::string(); });
  }

  std::string decode_resource_logs(std::string_view message, OtlpResource& resource) {
    return each_field(message, [&](const WireReader& r) -> std::string {
      if (r.field() == 1) return nested(r, [&](std::string_view m) { return decode_resource(m, resource); });
      if (r.field() == 2) return nested(r, [&](std::string_view m) { return decode_scope_logs(m, budget_.add(resource.scopes)); });
      return {};
    });
  }

  DecodeBudget budget_;
};

}  // namespace

Result<OtlpRequest> decode_otlp_proto(std::string_view message) {
  OtlpRequest request;
  OtlpProtoDecoder decoder;
  std::string error = decoder.decode_request(message, request);
  if (decoder.exhausted()) return DecodeBudget::error();
  if (!error.empty()) return invalid(std::move(error));
  return request;
}

}  // namespace sleipnir::api
