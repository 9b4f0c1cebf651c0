#include "api/syslog/message.h"

#include <algorithm>
#include <array>

#include "base/number.h"

namespace sleipnir::api {
namespace {

constexpr std::array<std::string_view, 24> kFacilities = {"kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp",
                                                          "ntp", "audit", "alert", "clock", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7"};
/// By the names that Grafana colours.
constexpr std::array<std::string_view, 8> kLevels = {"emergency", "alert", "critical", "error", "warning", "notice", "info", "debug"};
constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr size_t kMostParameters = 100;  // of structured data; the rest stays in the line

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alphanumeric(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// The text up to a blank; the blank goes with it. nullopt where there is none.
std::optional<std::string_view> take_word(std::string_view& rest) {
  const size_t end = rest.find(' ');
  if (end == rest.npos || end == 0) return {};
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return word;
}

std::string_view unless_nil(std::string_view word) { return word == "-" ? std::string_view() : word; }

/// `<134>`; false where there is no such thing.
bool take_priority(std::string_view& rest, SyslogMessage& message) {
  const size_t end = rest.substr(0, 5).find('>');
  if (!rest.starts_with('<') || end == rest.npos || end < 2 || !std::all_of(rest.begin() + 1, rest.begin() + end, is_digit)) return false;
  size_t priority = 0;
  for (const char c : rest.substr(1, end - 1)) priority = priority * 10 + (c - '0');
  if (priority >= kFacilities.size() * kLevels.size()) return false;
  message.facility = kFacilities[priority / 8];
  message.level = kLevels[priority % 8];
  rest.remove_prefix(end + 1);
  return true;
}

/// `k="v"`, whose value may hold \" \\ \].
bool take_parameter(std::string_view& rest, std::string_view id, std::vector<Label>& to) {
  const size_t equals = rest.find('=');
  if (equals == rest.npos || equals == 0 || !rest.substr(equals + 1).starts_with('"')) return false;
  std::string value;
  size_t i = equals + 2;
  for (; i < rest.size() && rest[i] != '"'; ++i) {
    const bool escape = rest[i] == '\\' && i + 1 < rest.size() && std::string_view("\"\\]").find(rest[i + 1]) != std::string_view::npos;
    value += rest[escape ? ++i : i];
  }
  if (i == rest.size()) return false;
  std::string name = std::string(id) + "_" + std::string(rest.substr(0, equals));
  if (std::none_of(name.begin(), name.end(), is_alphanumeric)) name = "structured_data";
  to.push_back({std::move(name), std::move(value)});
  rest.remove_prefix(i + 1);
  return true;
}

/// `-` or `[id k="v" …][…]`. False where it is malformed; then nothing was taken.
bool take_structured_data(std::string_view& rest, std::vector<Label>& to) {
  if (rest == "-" || rest.starts_with("- ")) {
    rest.remove_prefix(1);
    return true;
  }
  std::string_view left = rest;
  std::vector<Label> found;
  while (left.starts_with('[')) {
    left.remove_prefix(1);
    const std::string_view id = left.substr(0, std::min(left.find_first_of(" ]\"="), left.size()));
    if (id.empty()) return false;
    left.remove_prefix(id.size());
    while (left.starts_with(' ')) {
      left.remove_prefix(1);
      if (!take_parameter(left, id, found) || found.size() > kMostParameters) return false;
    }
    if (!left.starts_with(']')) return false;
    left.remove_prefix(1);
  }
  if (left.size() == rest.size() || (!left.empty() && left.front() != ' ')) return false;
  to.insert(to.end(), std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
  rest = left;
  return true;
}

/// What follows `<134>1 `; false where it is another kind of message.
bool parse_5424(std::string_view rest, SyslogMessage& message) {
  const auto time = take_word(rest), host = take_word(rest), app = take_word(rest), process = take_word(rest), id = take_word(rest);
  if (!id) return false;
  if (*time != "-") {
    const auto parsed = parse_rfc3339(*time);
    if (!parsed) return false;
    message.time = *parsed;
  }
  message.host = unless_nil(*host);
  message.app = unless_nil(*app);
  if (*process != "-") message.metadata.push_back({"procid", std::string(*process)});
  if (*id != "-") message.metadata.push_back({"msgid", std::string(*id)});
  if (take_structured_data(rest, message.metadata) && rest.starts_with(' ')) rest.remove_prefix(1);
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";  // says that UTF-8 follows; no part of the text (§6.4)
  if (rest.starts_with(kByteOrderMark)) rest.remove_prefix(kByteOrderMark.size());
  message.line = rest;
  return true;
}

/// `Nov 21 13:42:00 ` or an RFC 3339 time and a blank.
bool take_time(std::string_view& rest, SyslogMessage& message) {
  constexpr size_t kStamp = 15;
  if (rest.size() > kStamp && rest[3] == ' ' && rest[6] == ' ' && rest[9] == ':' && rest[12] == ':' && rest[kStamp] == ' ' &&
      std::find(std::begin(kMonths), std::end(kMonths), rest.substr(0, 3)) != std::end(kMonths)) {
    message.metadata.push_back({"syslog_time", std::string(rest.substr(0, kStamp))});
    rest.remove_prefix(kStamp + 1);
    return true;
  }
  std::string_view left = rest;
  const auto word = take_word(left);
  const auto time = word ? parse_rfc3339(*word) : Result<Nanos>(invalid(""));
  if (!time) return false;
  message.time = *time;
  rest = left;
  return true;
}

/// `app:` or `app[12]:`, and the blank behind. False where the text does not begin like that.
bool take_tag(std::string_view& rest, SyslogMessage& message) {
  constexpr size_t kLongest = 128;
  size_t end = 0;
  while (end < std::min(rest.size(), kLongest) && (is_alphanumeric(rest[end]) || std::string_view("-_./()+@").find(rest[end]) != std::string_view::npos)) ++end;
  if (end == 0 || end == rest.size()) return false;
  const std::string_view app = rest.substr(0, end), left = rest.substr(end);
  const size_t close = left.starts_with('[') ? left.find("]:") : left.npos;
  if (!left.starts_with(':') && close == left.npos) return false;
  message.app = app;
  if (close != left.npos) message.metadata.push_back({"procid", std::string(left.substr(1, close - 1))});
  rest = left.substr(close != left.npos ? close + 2 : 1);
  if (rest.starts_with(' ')) rest.remove_prefix(1);
  return true;
}

void parse_3164(std::string_view rest, SyslogMessage& message) {
  if (take_time(rest, message)) {
    // Some senders leave out the host; then the tag follows at once, or after the blank behind the host's empty name.
    std::string_view left = rest.substr(rest.starts_with(' '));
    if (take_tag(left, message)) {
      rest = left;
    } else {
      if (const auto host = take_word(rest)) message.host = *host;
      take_tag(rest, message);
    }
  } else {
    take_tag(rest, message);
  }
  message.line = rest;
}

}  // namespace

SyslogMessage parse_syslog(std::string_view text) {
  SyslogMessage message;
  if (!take_priority(text, message)) {
    message.line = text;
    return message;
  }
  if (text.starts_with("1 ")) {
    SyslogMessage modern = message;
    if (parse_5424(text.substr(2), modern)) return modern;
  }
  parse_3164(text, message);
  return message;
}

}  // namespace sleipnir::api
