#include "api/send/source.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace sleipnir::api {
namespace {

constexpr size_t kBlock = 256 << 10;

}  // namespace

Result<SendSource> SendSource::open(const std::string& path, bool follow) {
  const int descriptor = path == "-" ? ::dup(STDIN_FILENO) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat s {};
  if (descriptor >= 0 && ::fstat(descriptor, &s) == 0 && !S_ISDIR(s.st_mode)) return SendSource(path, descriptor, S_ISREG(s.st_mode), follow && path != "-");
  const int why = descriptor >= 0 ? EISDIR : errno;
  if (descriptor >= 0) ::close(descriptor);
  return Error{ErrorKind::kIo, path + ": " + std::strerror(why)};
}

SendSource::SendSource(SendSource&& other) noexcept : path_(), descriptor_(-1), regular_(false), follow_(false) { *this = std::move(other); }

SendSource& SendSource::operator=(SendSource&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(descriptor_, other.descriptor_);
  std::swap(regular_, other.regular_);
  std::swap(follow_, other.follow_);
  std::swap(buffer_, other.buffer_);
  std::swap(error_, other.error_);
  std::swap(begin_, other.begin_);
  std::swap(searched_, other.searched_);
  std::swap(position_, other.position_);
  return *this;
}

SendSource::~SendSource() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

uint64_t SendSource::size() const {
  struct stat s {};
  return ::fstat(descriptor_, &s) == 0 && S_ISREG(s.st_mode) ? static_cast<uint64_t>(s.st_size) : 0;
}

SendSource::Read SendSource::next(std::string_view& line) {
  for (;;) {
    const size_t end = buffer_.find('\n', begin_ + searched_);
    if (end != buffer_.npos || buffer_.size() - begin_ > kLongestLine) {
      const size_t length = std::min(std::min(end, buffer_.size()) - begin_, kLongestLine);
      line = std::string_view(buffer_).substr(begin_, length);
      begin_ += length + (begin_ + length == end);
      searched_ = 0;
      return Read::kLine;
    }
    searched_ = buffer_.size() - begin_;
    const Filled filled = fill();
    if (filled == Filled::kBytes) continue;
    if (filled == Filled::kNothingYet) return Read::kNothingYet;
    if (begin_ == buffer_.size()) return Read::kEnd;
    line = std::string_view(buffer_).substr(begin_);  // the last line has no line feed
    begin_ = buffer_.size();
    searched_ = 0;
    return Read::kLine;
  }
}

SendSource::Filled SendSource::fill() {
  pollfd waiting{descriptor_, POLLIN, 0};
  if (!regular_ && ::poll(&waiting, 1, 0) == 0) return Filled::kNothingYet;
  buffer_.erase(0, begin_);
  begin_ = 0;
  const size_t old = buffer_.size();
  for (;;) {
    buffer_.resize(old + kBlock);
    const ssize_t n = ::read(descriptor_, buffer_.data() + old, kBlock);
    buffer_.resize(old + (n > 0 ? static_cast<size_t>(n) : 0));
    position_ += n > 0 ? static_cast<uint64_t>(n) : 0;
    if (n > 0) return Filled::kBytes;
    if (n < 0 && errno == EINTR) return Filled::kNothingYet;
    if (n < 0) {
      error_ = path_ + ": " + std::strerror(errno);
      return Filled::kEnd;
    }
    if (!follow_) return Filled::kEnd;
    if (!reopen()) return Filled::kNothingYet;
  }
}

/// At the end of a followed file: goes to its beginning if it was cut, and to its successor if it was replaced. An unfinished line of the old one ends there.
bool SendSource::reopen() {
  struct stat here {}, there {};
  if (::fstat(descriptor_, &here) != 0 || ::stat(path_.c_str(), &there) != 0) return false;
  if (here.st_ino != there.st_ino || here.st_dev != there.st_dev) {
    const int descriptor = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return false;
    ::close(descriptor_);
    descriptor_ = descriptor;
  } else if (static_cast<uint64_t>(here.st_size) < position_) {
    ::lseek(descriptor_, 0, SEEK_SET);
  } else {
    return false;
  }
  position_ = 0;
  if (!buffer_.empty()) buffer_ += '\n';
  return true;
}

}  // namespace sleipnir::api
