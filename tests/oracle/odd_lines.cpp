#include "oracle/odd_lines.h"

#include "base/time.h"

namespace sleipnir::testing {

namespace {

std::string blank(Chance& c) { return c.one_in(4) ? c.pick({" ", "  ", "\t", "\n", " \r\n "}) : ""; }

/// Names that streams, metadata and ordinary lines have too, and names that are none.
std::string key(Chance& c) {
  if (c.one_in(12)) return c.pick({"", " ", "9k", "a.b", "é", "a b", "le\\u0076el", "x\\\"y", "__error__", "trace_id_extracted", "\xff"});
  return c.pick({"level", "dur", "app", "env", "trace_id", "user", "id", "a", "b", "a_b", "user_id", "msg"});
}

std::string string_content(Chance& c) {
  std::string text;
  for (size_t n = c.below(4); n > 0; --n) {
    text += c.one_in(3) ? c.pick({"\\\"", "\\\\", "\\/", "\\n", "\\t", "\\u00e9", "\\ud83d\\ude00", "\\ud800", "\\q", "\\u12", "é", "😀", "\xff\xfe", "\xc3", "\t", "\x01", "\ufffd", "{", "}", "=", "'"})
                        : c.pick({"info", "error", "warn", "500", "u1", "t2", "prod", " ", "err", "GET /a", "10.0.0.7", "5ms"});
  }
  return text;
}

std::string number(Chance& c) {
  return c.pick({"0", "-0", "1.50", "1e5", "-1E+10", "12345678901234567890", "-9223372036854775808", "0.1", "1e400", "200", "500", "404", "3.75", "00012", "+5", "-", "1.", "0x10", "NaN"});
}

/// What queries calculate with: sums of huge numbers would depend on the order of rows.
std::string status(Chance& c) { return c.pick({"200", "404", "500", "-1", "3.5"}); }

std::string json_object(Chance& c, int depth);

std::string json_value(Chance& c, int depth) {
  switch (c.below(depth > 0 ? 12 : 8)) {
    case 0:
    case 1:
    case 2:
    case 3: return '"' + string_content(c) + '"';
    case 4:
    case 5: return number(c);
    case 6: return c.pick({"true", "false", "null", "nul", "[]", "{}"});
    case 7: return c.pick({"\"info\"", "\"error\"", "\"prod\"", "\"t1\"", "\"2m\""});
    case 8: return "[" + blank(c) + json_value(c, depth - 1) + "," + blank(c) + json_value(c, depth - 1) + "]";
    default: return json_object(c, depth - 1);
  }
}

std::string json_object(Chance& c, int depth) {
  std::string text = "{" + blank(c);
  for (size_t i = 0, n = c.below(6); i < n; ++i) {
    const std::string name = c.one_in(8) ? "status" : key(c);
    text += (i ? "," + blank(c) : "") + '"' + name + '"' + blank(c) + ":" + blank(c) + (name == "status" ? status(c) : json_value(c, depth)) + blank(c);
  }
  if (c.one_in(25)) text += ",";
  return text + "}";
}

std::string cut(Chance& c, std::string text) {
  text.resize(c.below(text.size() + 1));
  return text;
}

}  // namespace

std::string odd_json_line(Chance& c) {
  std::string text = blank(c) + json_object(c, c.one_in(40) ? 20 : 3);
  if (c.one_in(7)) return c.one_in(2) ? cut(c, std::move(text)) : text + c.pick({" ", " tail", "{}", "\n", "}"});
  return text;
}

std::string odd_logfmt_line(Chance& c) {
  std::string text;
  for (size_t n = c.below(7); n > 0; --n) {
    if (c.one_in(8)) text += "status=" + status(c) + " ";
    text += c.one_in(10) ? c.pick({"=bad", "\"q\"", "a\"b=1", "k='{\"x\":1}'", "a=1,b=2", "x=\"open", "a=\"b\"c=d", "\xff=1"}) : key(c);
    switch (c.below(5)) {
      case 0: text += "="; break;
      case 1: text += "=\"" + string_content(c) + "\""; break;
      case 2: text += "=" + number(c); break;
      case 3: text += "=" + c.pick({"info", "error", "prod", "t1", "5ms", "é", "\xff", "a=b"}); break;
      default: break;
    }
    text += c.one_in(8) ? c.pick({"  ", "\t", "\n", "\x01"}) : " ";
  }
  return text;
}

std::string odd_text_line(Chance& c) {
  switch (c.below(9)) {
    case 0: return "";
    case 1: return "\x1b[31m" + c.pick({"err", "info"}) + "\x1b[0m level=" + c.pick({"error", "warn"});
    case 2: return R"({"_entry":"level=error packed )" + std::to_string(c.below(3)) + R"(","env":"packed","app":"p"})";
    case 3: return "GET /api/" + c.hex(8) + " 10.0.0." + std::to_string(c.below(20)) + " " + std::to_string(c.below(600));
    case 4: return c.hex(8) + "-" + c.hex(4) + "-" + c.hex(4) + "-" + c.hex(4) + "-" + c.hex(12) + " done";
    case 5: return std::string("zero \0 byte", 11) + c.pick({"", "\n", "\r\n"});
    case 6: return string_content(c) + string_content(c);
    case 7: return std::string(c.below(300), static_cast<char>('a' + c.below(3)));
    default: return "user u" + std::to_string(c.below(5)) + " status 500 err " + c.hex(2);
  }
}

std::string canonical_line(Chance& c, Nanos at) {
  const std::string level = c.pick({"info", "info", "warn", "error"}), id = c.hex(2) + "00000000000000" + c.hex(16);
  const std::string time = format_rfc3339(at - static_cast<Nanos>(c.below(5)) * kMillisecond, true);
  if (c.one_in(3)) return "level=" + level + " ts=" + time + " request_id=" + id + " status=" + c.pick({"200", "404", "500"}) + " v=" + std::to_string(c.below(900));
  return R"({"time":")" + time + R"(","level":")" + level + R"(","request_id":")" + id + R"(","status":)" + c.pick({"200", "200", "404", "500"}) +
         R"(,"v":)" + std::to_string(c.below(50)) + "." + std::to_string(10 + c.below(90)) + R"(,"dur":")" + std::to_string(c.below(90)) +
         R"(ms","path":"/api/orders/)" + std::to_string(c.below(40)) + R"(","user":{"id":"u)" + std::to_string(c.below(9)) + R"("}})";
}

}  // namespace sleipnir::testing
