#include "api/ingest/otlp_value.h"

#include <charconv>
#include <cmath>
#include <map>
#include <string_view>

#include <openssl/evp.h>

#include "base/number.h"
#include "base/text.h"

namespace sleipnir::api {
namespace {

using Kind = OtlpValue::Kind;

std::string to_base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // and the terminating zero that OpenSSL writes
  EVP_EncodeBlock(reinterpret_cast<uint8_t*>(text.data()), reinterpret_cast<const uint8_t*>(bytes.data()), static_cast<int>(bytes.size()));
  text.pop_back();
  return text;
}

/// As JavaScript does: plain digits from 1e-6 to 1e21, else an exponent without padding.
std::string to_decimal(double d) {
  if (!std::isfinite(d)) return "json: unsupported value: " + format_go_float(d);
  const double size = std::fabs(d);
  const bool exponent = size != 0 && (size < 1e-6 || size >= 1e21);
  char buffer[64];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, d, exponent ? std::chars_format::scientific : std::chars_format::fixed).ptr;
  std::string text(buffer, end);
  if (const size_t at = text.find("e-0"); at != std::string::npos) text.erase(at + 2, 1);
  return text;
}

void append_json(std::string& out, const OtlpValue& value) {
  switch (value.kind) {
    case Kind::kEmpty: out += "null"; break;
    case Kind::kString: append_json_string(out, value.text); break;
    case Kind::kBytes: append_json_string(out, to_base64(value.text)); break;
    case Kind::kArray: {
      char separator = '[';
      for (const OtlpValue& item : value.items) {
        out += separator;
        append_json(out, item);
        separator = ',';
      }
      out += separator == '[' ? "[]" : "]";
      break;
    }
    case Kind::kMap: {
      std::map<std::string_view, const OtlpValue*> sorted;
      for (const OtlpAttribute& member : value.members) sorted[member.key] = &member.value;
      char separator = '{';
      for (const auto& [key, member] : sorted) {
        out += separator;
        append_json_string(out, key);
        out += ':';
        append_json(out, *member);
        separator = ',';
      }
      out += separator == '{' ? "{}" : "}";
      break;
    }
    default: out += to_text(value);
  }
}

}  // namespace

std::string to_text(const OtlpValue& value) {
  switch (value.kind) {
    case Kind::kEmpty: return {};
    case Kind::kString: return value.text;
    case Kind::kBool: return value.integer ? "true" : "false";
    case Kind::kInt: return std::to_string(value.integer);
    case Kind::kDouble: return to_decimal(value.number);
    case Kind::kBytes: return to_base64(value.text);
    default: {
      std::string out;
      append_json(out, value);
      return out;
    }
  }
}

}  // namespace sleipnir::api
