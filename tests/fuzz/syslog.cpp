// Syslog: a stream cut into frames, each frame read.
#include <cstdint>
#include <string>

#include "api/syslog/frames.h"
#include "api/syslog/message.h"
#include "input.h"

using namespace sleipnir;

namespace {

/// The messages of a stream that comes in pieces of so many bytes.
std::string messages(std::string_view stream, size_t piece) {
  api::SyslogFrames frames;
  std::string out;
  for (size_t i = 0; i < stream.size(); i += piece) {
    frames.add(stream.substr(i, piece));
    for (std::string_view message; frames.next(message);) {
      const auto read = api::parse_syslog(message);
      fuzz::require(message.find(read.line) != message.npos, "the line is part of the message", message);
      out.append(message) += '\n';
    }
  }
  std::string_view message;
  if (frames.last(message)) out += message;
  return out + (frames.broken() ? "broken" : "");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view stream(reinterpret_cast<const char*>(data), size);
  if (size > 0) fuzz::require(messages(stream, size) == messages(stream, 1 + data[0] % 16), "pieces do not matter", stream);
  return 0;
}
