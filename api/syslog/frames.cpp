#include "api/syslog/frames.h"

#include <algorithm>
#include <charconv>

namespace sleipnir::api {
namespace {

constexpr std::string_view kEnds("\n\0", 2);

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

bool SyslogFrames::next(std::string_view& message) {
  while (begin_ < buffer_.size() && kEnds.find(buffer_[begin_]) != kEnds.npos) ++begin_;  // empty lines, and line feeds behind counted messages
  const std::string_view rest = std::string_view(buffer_).substr(begin_);
  if (!broken_ && !rest.empty() && (is_digit(rest.front()) ? next_counted(rest, message) : next_line(rest, message))) return true;
  compact();
  return false;
}

bool SyslogFrames::next_counted(std::string_view rest, std::string_view& message) {
  constexpr size_t kMostDigits = 7;
  const size_t blank = rest.substr(0, kMostDigits + 1).find_first_not_of("0123456789");
  if (blank == rest.npos) {
    broken_ = rest.size() > kMostDigits;
    return false;
  }
  if (rest[blank] != ' ') return next_line(rest, message);  // a line that happens to begin with a digit
  size_t length = 0;
  std::from_chars(rest.data(), rest.data() + blank, length);
  broken_ = length > kMost;
  if (broken_ || rest.size() - blank - 1 < length) return false;
  message = rest.substr(blank + 1, length);
  begin_ += blank + 1 + length;
  if (message.ends_with('\n')) message.remove_suffix(1);  // rsyslog and syslog-ng end each message with one, counted or not
  return true;
}

bool SyslogFrames::next_line(std::string_view rest, std::string_view& message) {
  const size_t end = rest.find_first_of(kEnds);
  if (end == rest.npos && rest.size() < kMost) return false;
  message = rest.substr(0, std::min(end, kMost));
  begin_ += message.size();
  if (message.ends_with('\r')) message.remove_suffix(1);
  return true;
}

bool SyslogFrames::last(std::string_view& message) {
  message = std::string_view(buffer_).substr(begin_);
  begin_ = buffer_.size();
  return !broken_ && !message.empty() && !is_digit(message.front());
}

void SyslogFrames::compact() {
  buffer_.erase(0, begin_);
  begin_ = 0;
}

}  // namespace sleipnir::api
