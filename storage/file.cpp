#include "storage/file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <vector>

namespace sleipnir::storage {

namespace fs = std::filesystem;

Error io_error(const fs::path& path, std::string_view what, int error_number) {
  return {ErrorKind::kIo, path.string() + ": " + std::string(what) + ": " + std::generic_category().message(error_number)};
}

Error corrupt(const fs::path& path, std::string_view what) { return {ErrorKind::kCorrupt, path.string() + ": " + std::string(what)}; }

File& File::operator=(File&& o) noexcept {
  if (this != &o) {
    close();
    path_ = std::move(o.path_);
    fd_ = o.fd_;
    o.fd_ = -1;
  }
  return *this;
}

File::~File() { close(); }

void File::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

Result<File> File::open_for_reading(const fs::path& path) {
  int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return io_error(path, "open", errno);
  return File(path, fd);
}

Result<File> File::create(const fs::path& path) {
  int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
  if (fd < 0) return io_error(path, "create", errno);
  return File(path, fd);
}

Result<File> File::create_for_blocks(const fs::path& path, bool direct) {
  constexpr int kFlags = O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC;
  int fd = direct ? ::open(path.c_str(), kFlags | O_DIRECT, 0644) : -1;
  if (fd < 0) fd = ::open(path.c_str(), kFlags, 0644);
  if (fd < 0) return io_error(path, "create", errno);
  return File(path, fd);
}

Result<File> File::lock(const fs::path& path) {
  int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) return io_error(path, "open", errno);
  File file(path, fd);
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return Error{ErrorKind::kIo, path.string() + ": the directory is in use by another process"};
    return io_error(path, "lock", errno);
  }
  return file;
}

Result<void> File::write(std::span<const std::string_view> pieces) {
  constexpr size_t kMostAtOnce = 512;  // below every system's IOV_MAX
  std::vector<iovec> vectors;
  vectors.reserve(pieces.size());
  for (std::string_view p : pieces) {
    if (!p.empty()) vectors.push_back({const_cast<char*>(p.data()), p.size()});
  }
  for (size_t i = 0; i < vectors.size();) {
    ssize_t n = ::writev(fd_, &vectors[i], static_cast<int>(std::min(kMostAtOnce, vectors.size() - i)));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return io_error(path_, "write", errno);
    size_t written = n;
    while (i < vectors.size() && written >= vectors[i].iov_len) written -= vectors[i++].iov_len;
    if (written > 0) {
      vectors[i].iov_base = static_cast<char*>(vectors[i].iov_base) + written;
      vectors[i].iov_len -= written;
    }
  }
  return {};
}

Result<void> File::write_at(uint64_t offset, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t n = ::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    const int flags = ::fcntl(fd_, F_GETFL);
    // Some file systems say only now that they cannot; and what is left of a short write may not be whole blocks.
    if ((n < 0 ? errno == EINVAL : static_cast<size_t>(n) < bytes.size()) && (flags & O_DIRECT)) {
      if (::fcntl(fd_, F_SETFL, flags & ~O_DIRECT) != 0) return io_error(path_, "write", errno);
      n = std::max<ssize_t>(n, 0);
    } else if (n < 0) {
      return io_error(path_, "write", errno);
    }
    bytes.remove_prefix(static_cast<size_t>(n));
    offset += static_cast<uint64_t>(n);
  }
  return {};
}

Result<void> File::read(uint64_t offset, char* out, size_t bytes) const {
  while (bytes > 0) {
    ssize_t n = ::pread(fd_, out, bytes, static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return io_error(path_, "read", errno);
    if (n == 0) return corrupt(path_, "the file is shorter than it must be");
    out += n;
    offset += n;
    bytes -= n;
  }
  return {};
}

Result<uint64_t> File::size() const {
  struct stat st;
  if (::fstat(fd_, &st) != 0) return io_error(path_, "stat", errno);
  return static_cast<uint64_t>(st.st_size);
}

Result<void> File::truncate(uint64_t bytes) {
  if (::ftruncate(fd_, static_cast<off_t>(bytes)) != 0) return io_error(path_, "truncate", errno);
  return {};
}

Result<void> File::sync() {
  if (::fdatasync(fd_) != 0) return io_error(path_, "sync", errno);
  return {};
}

Result<std::string> read_file(const fs::path& path) {
  auto file = File::open_for_reading(path);
  if (!file) return file.error();
  auto size = file->size();
  if (!size) return size.error();
  std::string bytes(*size, '\0');
  if (auto read = file->read(0, bytes.data(), bytes.size()); !read) return read.error();
  return bytes;
}

Result<void> replace_file(const fs::path& path, std::string_view bytes) {
  const fs::path temporary = path.string() + ".tmp";
  auto file = File::create(temporary);
  if (!file) return file.error();
  auto done = file->write(bytes);
  if (done) done = file->sync();
  file->close();
  if (done) done = rename_file(temporary, path);
  if (!done) {
    (void)remove_file(temporary);
    return done;
  }
  return sync_directory(path.has_parent_path() ? path.parent_path() : fs::path("."));
}

Result<void> sync_directory(const fs::path& directory) {
  int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return io_error(directory, "open", errno);
  int failed = ::fsync(fd) != 0 ? errno : 0;
  ::close(fd);
  if (failed) return io_error(directory, "sync", failed);
  return {};
}

Result<void> make_directory(const fs::path& directory) {
  std::error_code ec;
  if (fs::is_directory(directory, ec)) return {};
  fs::create_directories(directory, ec);
  if (ec) return io_error(directory, "create directory", ec.value());
  return sync_directory(directory.has_parent_path() ? directory.parent_path() : fs::path("."));
}

Result<void> rename_file(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return io_error(from, "rename", errno);
  return {};
}

Result<void> remove_file(const fs::path& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return io_error(path, "remove", errno);
  return {};
}

fs::path damaged_name(const fs::path& path) {
  fs::path name = path.string() + ".damaged";
  std::error_code ec;
  for (int n = 2; fs::exists(name, ec); n++) name = path.string() + ".damaged." + std::to_string(n);
  return name;
}

Result<fs::path> set_aside(const fs::path& path) {
  fs::path name = damaged_name(path);
  if (auto renamed = rename_file(path, name); !renamed) return renamed.error();
  return name;
}

}  // namespace sleipnir::storage
