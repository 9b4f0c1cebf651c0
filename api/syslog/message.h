#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/labels.h"
#include "base/time.h"

namespace sleipnir::api {

/// One syslog message, read as far as it can be read. Nothing is lost: what is not understood stays in the line.
struct SyslogMessage {
  std::string_view facility = "user", level = "notice";  ///< what RFC 3164 §4.3.3 assumes where nothing is said
  std::optional<Nanos> time;    ///< nullopt: use the time of receipt
  std::string_view host, app;   ///< "" where they are missing
  std::vector<Label> metadata;  ///< `procid`, `msgid`, and structured data as `<id>_<parameter>`
  std::string_view line;        ///< the message's text, byte for byte
};

/// Reads RFC 5424 and RFC 3164 (also with an RFC 3339 time, as rsyslog forwards). An RFC 3164 time has neither year nor zone: it goes to the metadata
/// as `syslog_time`, and the time of receipt counts. Never fails. Views point into the text.
SyslogMessage parse_syslog(std::string_view text);

}  // namespace sleipnir::api
