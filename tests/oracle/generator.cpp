#include "oracle/generator.h"

#include <re2/re2.h>

#include <set>

#include "base/text.h"
#include "oracle/odd_lines.h"

namespace sleipnir::testing {

std::string Generator::value() {
  if (one_in(25)) return pick({"NaN", "+Inf", "-Inf", "abc", "1e2", ""});
  std::string sign = one_in(6) ? "-" : "";
  return sign + std::to_string(below(9)) + pick({"", ".25", ".5", ".75"});
}

std::string Generator::json_line() {
  std::string line = "{\"level\":\"" + pick({"info", "error", "warn"}) + "\",\"status\":" + pick({"200", "404", "500", "\"n/a\""}) +
                     ",\"v\":\"" + value() + "\",\"dur\":\"" + pick({"5ms", "1.5s", "2m", "x"}) + "\"";
  if (one_in(3)) line += ",\"user\":{\"id\":\"u" + std::to_string(below(3)) + "\",\"plan\":null}";
  if (one_in(6)) line += ",\"app\":\"dup\"";
  if (one_in(8)) line += ",\"size\":\"" + pick({"1KB", "20B", "3mb"}) + "\"";
  if (one_in(150)) line += ",\"__error__\":\"said so\"";
  return line + (one_in(15) ? "" : "}");
}

std::string Generator::logfmt_line() {
  std::string line = "level=" + pick({"info", "error", "warn"}) + " v=" + value() + " dur=" + pick({"5ms", "1.5s", "7"});
  if (one_in(2)) line += " msg=\"some " + pick({"words", "err", "text"}) + "\"";
  if (one_in(4)) line += " status=" + pick({"200", "500"});
  if (one_in(10)) line += " bad\"pair";
  if (one_in(150)) line += " __error__=said";
  return line;
}

std::string Generator::line(Nanos at) {
  switch (mix_ == 3 ? below(4) : 4 + below(mix_ == 2 ? 7 : 4)) {
    case 0: return odd_text_line(*this);
    case 1: return odd_logfmt_line(*this);
    case 2:
    case 3: return odd_json_line(*this);
    case 4: return "plain " + pick({"err", "text", "level=error", "status 500"}) + " " + std::to_string(below(5));
    case 5: return logfmt_line();
    case 6:
    case 7: return json_line();
    default: return canonical_line(*this, at);
  }
}

StoredEntry Generator::entry() {
  StoredEntry e;
  e.stream.set("app", pick({"a", "b", "c"}));
  if (!one_in(4)) e.stream.set("env", pick({"prod", "dev"}));
  e.entry.timestamp = kBase + static_cast<Nanos>(below(121)) * kSecond / 2 + (one_in(5) ? static_cast<Nanos>(below(3)) - 1 : 0);
  if (one_in(2)) e.entry.metadata.set("trace_id", "t" + std::to_string(below(4)));
  if (one_in(6)) e.entry.metadata.set("env", "meta");
  if (one_in(6)) e.entry.metadata.set("v", value());
  if (ids_ && !one_in(8)) e.entry.metadata.set("span_id", span_id());
  if (ids_ && one_in(2)) e.entry.metadata.set("a", pick({"", "7", "x\ty", "\xff", "é"}));
  e.entry.line = line(e.entry.timestamp);
  return e;
}

/// Most are of one entry.
std::string Generator::span_id() {
  std::string id = "5f00000000000000";
  for (size_t i = 10; i < id.size(); ++i) id[i] = "0123456789abcdef"[below(i == 10 ? 2 : 16)];
  return one_in(10) ? "5f00000000000001" : id;
}

std::vector<StoredEntry> Generator::entries() {
  std::vector<StoredEntry> entries;
  ids_ = one_in(8);
  const size_t count = one_in(20) ? 150 + below(400) : ids_ ? 60 + below(120) : below(70);
  for (mix_ = below(4); entries.size() < count;) {
    const bool again = !entries.empty() && one_in(20);
    entries.push_back(again ? StoredEntry(any_of(entries)) : entry());
    if (lines_.size() < 100) lines_.emplace_back(entries.back().entry.line);
  }
  return entries;
}

std::vector<StoredEntry> without_repeated(const std::vector<StoredEntry>& pushed) {
  std::vector<StoredEntry> kept;
  std::set<std::tuple<LabelSet, Nanos, std::string, LabelSet>> known;
  for (const StoredEntry& e : pushed)
    if (known.emplace(e.stream, e.entry.timestamp, e.entry.line, e.entry.metadata).second) kept.push_back(e);
  return kept;
}

std::string Generator::selector() {
  return pick({"{app=\"a\"}", "{app=~\"a|b\"}", "{app=~\".+\"}", "{app!=\"\"}", "{env=\"prod\"}", "{app=~\".+\", env!=\"dev\"}", "{app=\"nope\"}"});
}

/// Some bytes of a line.
std::string Generator::piece() {
  if (lines_.empty()) return "err";
  const std::string& line = any_of(lines_);
  const size_t from = below(line.size() + 1);
  const std::string piece = line.substr(from, 1 + below(one_in(4) ? 40 : 8));
  return valid_utf8(piece) ? piece : "err";
}

/// A word of a line, as values and ids are.
std::string Generator::word() {
  if (lines_.empty()) return "error";
  auto inside = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '-' || c == '_'; };
  const std::string& line = any_of(lines_);
  size_t from = below(line.size() + 1);
  while (from < line.size() && !inside(line[from])) ++from;
  size_t end = from;
  while (from > 0 && inside(line[from - 1])) --from;
  while (end < line.size() && inside(line[end])) ++end;
  return line.substr(from, end - from);
}

std::string Generator::regex() {
  const std::string text = RE2::QuoteMeta(one_in(2) ? word() : piece());
  return pick({"", "(?i)", ".*", "^", "\\d+.?"}) + text + pick({"", "", ".*", ".+", "$", "|zz", "\\w"});
}

std::string Generator::line_filter() {
  switch (below(4)) {
    case 0: return pick({"|= ", "!= "}) + go_quote(word());
    case 1: return pick({"|= ", "|= ", "!= "}) + go_quote(piece());
    case 2: return pick({"|~ ", "!~ "}) + go_quote(regex());
    default: return pick({"|= \"err\"", "!= \"err\"", "|~ \"level.{1,3}error\"", "|= \"500\" or \"404\"", "!~ \"warn|plain\"", "|> \"<_>level<_>\""});
  }
}

std::string Generator::label_filter() {
  if (one_in(3)) {
    std::string name = pick({"level", "status", "dur", "app", "env", "trace_id", "span_id", "user_id", "a", "b", "a_b", "msg", "request_id", "path", "v", "id", "time", "_9k", "user"});
    switch (below(5)) {
      case 0: return name + pick({"=~", "!~"}) + go_quote(regex());
      case 1: return name + pick({" > ", " >= ", " < ", " <= ", " == ", " != "}) + pick({"0", "3.5", "404", "1e15", "12345678901234567890"});
      default: return name + pick({"=", "=", "!="}) + go_quote(one_in(4) ? piece() : word());
    }
  }
  return pick({"level=\"error\"", "level!=\"info\"", "level=~\"err.*|warn\"", "status >= 300", "status == 200", "v > 2.1", "v <= 5.3", "dur > 10ms",
               "size > 100B", "__error__=\"\"", "__error__=\"\"", "__error__!=\"\"", "trace_id=\"t1\"", "span_id=\"5f00000000000001\"", "span_id=~\".*[0-7]\"", "span_id!=\"\"", "a=\"7\"", "a > 6", "env=\"prod\"", "user_id!=\"\"",
               "level=\"error\" or v > 4.1", "level=\"info\" and v < 6.1", "(status == 500 or env=\"dev\"), level!=\"warn\"",
               "trace_id in ({app=\"a\"} | trace_id!=\"\" | trace_id)"});
}

std::string Generator::stage() {
  switch (below(14)) {
    case 0:
    case 1: return "| json";
    case 2: return "| logfmt";
    case 3: return pick({"| logfmt --strict", "| logfmt --keep-empty", "| logfmt lv=\"level\", v"});
    case 4: return pick({"| json lv=\"level\", uid=\"user.id\"", "| json v"});
    case 5:
    case 6:
    case 7: return "| " + label_filter();
    case 8: return line_filter();
    case 9: return pick({"| line_format \"{{.level}} {{.v}}\"", "| line_format \"{{.app}}\"", "| line_format \"level={{.level}} w=1\""});
    case 10: return pick({"| label_format lv=level", "| label_format x=\"{{.app}}-{{.level}}\"", "| label_format app=\"z\""});
    case 11: return pick({"| drop level", "| drop v, dur", "| drop __error__, __error_details__", "| keep app, level, v", "| drop level=\"info\""});
    case 12:
      if (one_in(4)) return "| pattern " + go_quote(line_pattern());
      return pick({"| regexp \"level=(?P<level>\\\\w+)\"", "| pattern \"<a> <b>\"", "| unpack", "| decolorize"});
    default: return pick({"| json", "| __error__=\"\""});
  }
}

std::string Generator::pipeline(bool metric) {
  std::string text;
  for (size_t n = below(4); n > 0; --n) text += " " + stage();
  if (!metric && one_in(8)) text += pick({" | distinct level", " | distinct trace_id, app"});
  if (!metric && one_in(8)) text += pick({" | context 1, 2", " | context 0, 1", " | context 3, 0"});
  return text;
}

std::string Generator::log_query() { return selector() + pipeline(false); }

std::string Generator::label_list(size_t most) {
  std::string list;
  for (size_t n = below(most + 1); n > 0; --n) list += (list.empty() ? "" : ", ") + pick({"app", "env", "level", "status", "trace_id", "span_id", "lv", "user_id", "a", "__error__"});
  return list;
}

std::string Generator::grouping() { return pick({"by", "by", "without"}) + " (" + label_list(2) + ")"; }

std::string Generator::window() {
  return "[" + pick({"1s", "3s", "5s", "10s", "20s", "5m"}) + "]" + pick({"", "", "", " offset 2s", " offset -3s"});
}

/// Literals are pieces of lines.
std::string Generator::line_pattern() {
  if (one_in(4)) return pick({"<_> <level> <_>", "<a>=<v> <_>", "<_>\"level\":\"<level>\"<_>", "<_>level=<level> <_>", "{<a>:<v>,<_>", "<_>:<status>,<_>", "<a>l<_> <b>", "<level>"});
  std::string text = one_in(4) ? piece() : "";
  const auto literal = [&] { return one_in(3) ? pick({" ", "\"", ":", ",", "=", "\":\"", "l"}) : piece(); };
  for (const char* name : {"level", "status", "a"}) {
    text += one_in(2) ? "<_>" : "<" + std::string(name) + ">";
    const std::string between = literal();
    text += between.empty() ? " " : between;
  }
  return text + (one_in(2) ? "<v>" : "<_>");
}

/// Under names that labels of streams, metadata and lines have, too.
std::string Generator::json_expressions() {
  std::string list;
  for (const char* name : {"level", "v", "app", "x"})
    if (one_in(2)) list += (list.empty() ? "" : ", ") + std::string(name) + "=" + go_quote(pick({"level", "v", "status", "user.id", "user", "a", "a.b", "app", "path", "dur", "id", "[\"a\"].level", "a[0]", "none"}));
  return list.empty() ? "v" : list;
}

/// A stage that changes labels.
std::string Generator::label_change() {
  auto name = [&] { return pick({"level", "v", "app", "x", "a", "status", "env", "user_id", "dur", "none"}); };
  auto item = [&](const std::string& to) {
    if (one_in(2)) return to + "=" + name();
    const std::vector<std::string> texts = {"{{." + name() + "}}-{{." + name() + "}}", "{{if eq ." + name() + " \"error\"}}bad{{else}}good{{end}}", "{{ToUpper ." + name() + "}}", "const", "", "{{div 1 0}}",
                                            "{{if .user_id}}{{div 1 0}}{{end}}", "{{." + name() + "}}", "{{__timestamp__ | unixEpoch}}", "{{len __line__}}"};
    return to + "=" + go_quote(any_of(texts));
  };
  switch (below(5)) {
    case 0: return " | drop " + name() + (one_in(3) ? "=\"error\"" : "") + ", " + name();
    case 1: return " | keep " + name() + ", " + name() + ", v, level";
    case 2: return " | label_format x=" + name() + ", v=" + name();
    case 3: return " | label_format " + item("level") + ", " + item("x");
    default: return " | label_format " + item(name());
  }
}

/// What an engine may decide on columns: line filters, one parser, label filters, unwrap, a grouping by names.
std::string Generator::column_aggregation() {
  const bool json = !one_in(3), pattern = !json && one_in(2);
  auto line_filter = [&] { return one_in(2) ? " " + this->line_filter() : pick({" |= \"err\"", " |= \"5\"", " != \"warn\"", " |~ \"4.4|50\"", " |~ \"(?i)ERR\""}); };
  auto error_filter = [&] { return one_in(2) ? pick({" | __error__=\"\"", " | __error__=\"\"", " | drop __error__, __error_details__", " | drop app_x"}) : ""; };
  std::string pipeline = selector();
  if (one_in(3)) pipeline += line_filter();
  if (one_in(8)) pipeline += pick({" | env=\"prod\"", " | v > 2", " | trace_id!=\"\""});
  pipeline += json ? " | json" + (one_in(3) ? " " + json_expressions() : "") : pattern ? " | pattern " + go_quote(line_pattern()) : " | logfmt";
  if (!one_in(3)) pipeline += error_filter();
  for (size_t n = below(3); n > 0; --n) pipeline += " | " + label_filter();
  for (size_t n = one_in(3) ? 1 + below(2) : 0; n > 0; --n) pipeline += label_change() + (one_in(2) ? " | " + label_filter() : "");
  if (one_in(6)) pipeline += line_filter();
  std::string by = " by (";
  for (size_t n = below(3), i = 0; i < n; ++i) by += (i ? ", " : "") + pick({"app", "env", "level", "status", "trace_id", "span_id", "user_id", "v", "a", "a_b", "request_id", "x", "none"});
  by += ")";
  if (one_in(2)) {
    std::string op = pick({"count_over_time", "count_over_time", "rate", "bytes_over_time", "bytes_rate"});
    return "sum" + by + " (" + op + "(" + pipeline + " " + window() + "))";
  }
  pipeline += " | unwrap " + pick({"v", "v", "status", "duration(dur)", "bytes(size)"});
  if (!one_in(3)) pipeline += " | __error__=\"\"";
  if (one_in(6)) pipeline += pick({" | level!=\"info\"", " | v > 2", " | status != 404 or dur > 1s"});
  if (one_in(3)) return "sum" + by + " (" + pick({"sum_over_time", "rate"}) + "(" + pipeline + " " + window() + "))";
  std::string op = pick({"avg_over_time", "min_over_time", "max_over_time", "stddev_over_time", "stdvar_over_time", "quantile_over_time", "first_over_time", "last_over_time"});
  return op + "(" + (op == "quantile_over_time" ? pick({"0, ", "0.5, ", "0.9, "}) : "") + pipeline + " " + window() + ")" + by;
}

std::string Generator::range_aggregation() {
  if (one_in(3)) return column_aggregation();
  std::string window = this->window();
  if (one_in(2)) {
    return pick({"count_over_time", "rate", "bytes_over_time", "bytes_rate", "absent_over_time"}) + "(" + selector() + pipeline(true) + " " + window + ")";
  }
  std::string unwrap = pick({" | json", " | logfmt", " | json | logfmt"}) + pipeline(true) + " | unwrap " +
                       pick({"v", "v", "status", "duration(dur)", "bytes(size)"}) + pick({" | __error__=\"\"", " | __error__=\"\"", " | __error__=\"\"", ""});
  std::string op = pick({"sum_over_time", "rate", "rate_counter", "avg_over_time", "min_over_time", "max_over_time", "stddev_over_time",
                         "stdvar_over_time", "quantile_over_time", "first_over_time", "last_over_time"});
  std::string parameter = op == "quantile_over_time" ? pick({"0, ", "0.5, ", "0.9, ", "1, ", "1.5, "}) : "";
  bool groups = op != "sum_over_time" && op != "rate" && op != "rate_counter" && !one_in(3);
  return op + "(" + parameter + selector() + unwrap + " " + window + ")" + (groups ? " " + grouping() : "");
}

std::string Generator::extreme_query() {
  return pick({"max_over_time", "min_over_time", "first_over_time", "last_over_time"}) + "(" + selector() + pick({" | json", " | json | app_x=\"\"", " | logfmt"}) +
         " | unwrap " + pick({"a", "b", "a_b", "id"}) + " | __error__=\"\" " + window() + ")" + (one_in(2) ? " by (" + label_list(2) + ")" : "");
}

/// Extremes of extremes, whose rows an engine may group at once.
std::string Generator::nested_extremes() {
  const std::string op = pick({"max", "min"}), unwrapped = pick({"v", "v", "a", "status"});
  auto grouping = [&] { return one_in(3) ? "" : " " + pick({"by", "by", "without"}) + " (" + (one_in(4) ? "app, " + unwrapped : label_list(2)) + ") "; };
  std::string pipeline = pick({" | json", " | json", " | logfmt"}) + (one_in(3) ? " | " + label_filter() : one_in(4) ? this->pipeline(true) : "");
  return op + grouping() + "(" + op + "_over_time(" + selector() + pipeline + " | unwrap " + unwrapped + pick({" | __error__=\"\"", " | __error__=\"\"", ""}) + " " + window() + ")" +
         (one_in(3) ? grouping() : "") + ")";
}

std::string Generator::vector_aggregation(int depth) {
  if (one_in(10)) return nested_extremes();
  std::string inner = metric_query(depth - 1);
  if (one_in(4)) return pick({"topk", "bottomk"}) + (one_in(2) ? " " + grouping() : "") + "(" + pick({"1", "2", "5"}) + ", " + inner + ")";
  if (one_in(8)) return pick({"sort", "sort_desc"}) + "(" + inner + ")";
  std::string op = pick({"sum", "sum", "sum", "avg", "min", "max", "count", "stddev", "stdvar"});
  return op + (one_in(4) ? "" : " " + grouping()) + " (" + inner + ")";
}

std::string Generator::binary(int depth) {
  std::string scalar = pick({"2", "0", "1.3", "4.1"});
  if (one_in(3)) {
    std::string op = pick({"+", "-", "*", "/", "%", "^", "==", "!=", "<", "<=", ">", ">=", "> bool", "== bool"});
    std::string inner = "(" + metric_query(depth - 1) + ")";
    return one_in(3) ? scalar + " " + op + " " + inner : inner + " " + op + " " + scalar;
  }
  std::string op = pick({"+", "-", "*", "/", "%", "==", "!=", "<", ">=", "> bool", "and", "or", "unless", "and", "or", "unless"});
  bool set = op == "and" || op == "or" || op == "unless";
  std::string matching = one_in(2) ? "" : " " + pick({"on", "ignoring"}) + " (" + label_list(2) + ")";
  if (!matching.empty() && !set && one_in(2)) matching += " " + pick({"group_left", "group_right"}) + pick({"", " ()", " (env)", " (level, app)"});
  return "(" + metric_query(depth - 1) + ") " + op + matching + " (" + metric_query(depth - 1) + ")";
}

std::string Generator::metric_query(int depth) {
  if (depth <= 0 || one_in(6)) return one_in(12) ? pick({"vector(2)", "vector(0)"}) : range_aggregation();
  if (one_in(8)) {
    return "label_replace(" + metric_query(depth - 1) + ", \"" + pick({"new", "app", "level"}) + "\", \"" + pick({"$1", "x-${1}", "", "$2", "lit"}) +
           "\", \"" + pick({"app", "env", "level", "none"}) + "\", \"" + pick({"(.*)", "(a|b)", "p(.)(.*)", ""}) + "\")";
  }
  return one_in(3) ? binary(depth) : vector_aggregation(depth);
}

}  // namespace sleipnir::testing
