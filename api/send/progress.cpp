#include "api/send/progress.h"

#include <algorithm>
#include <cstdio>

#include "base/number.h"

namespace sleipnir::api {

SendProgress::~SendProgress() {
  if (!shown_) return;
  show();
  std::fputc('\n', stderr);
}

void SendProgress::update(uint64_t bytes, uint64_t lines) {
  bytes_ = bytes;
  lines_ = lines;
  if (!shown_ || Clock::now() - last_ < std::chrono::milliseconds(250)) return;
  last_ = Clock::now();
  show();
}

void SendProgress::show() {
  constexpr const char* kClearToEnd = "\x1b[K";
  std::fprintf(stderr, "\r%s%s", text(bytes_, lines_, total_, std::chrono::duration<double>(Clock::now() - begun_).count()).c_str(), kClearToEnd);
  std::fflush(stderr);
}

std::string SendProgress::text(uint64_t bytes, uint64_t lines, uint64_t total, double seconds) {
  constexpr size_t kWidth = 20;
  std::string out;
  const double rate = seconds > 0 ? static_cast<double>(bytes) / seconds : 0;
  if (total > 0) {
    const double part = std::min(1.0, static_cast<double>(bytes) / static_cast<double>(total));
    const size_t done = static_cast<size_t>(part * kWidth);
    const std::string percent = std::to_string(static_cast<int>(part * 100));
    out += "[" + std::string(done, '#') + std::string(kWidth - done, ' ') + "] " + std::string(3 - percent.size(), ' ') + percent + " %  ";
  }
  out += format_bytes(bytes) + ", " + std::to_string(lines) + " lines, " + format_bytes(static_cast<uint64_t>(rate)) + "/s";
  if (total > bytes && rate > 0) {
    const auto left = static_cast<uint64_t>(static_cast<double>(total - bytes) / rate);
    const std::string rest = std::to_string(left % 60);
    out += ", " + std::to_string(left / 60) + ":" + (rest.size() < 2 ? "0" : "") + rest + " left";
  }
  return out;
}

}  // namespace sleipnir::api
