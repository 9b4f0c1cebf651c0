#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace sleipnir::api {

/// Lines of a file or a pipe, read block by block.
class SendSource {
 public:
  static constexpr size_t kLongestLine = 16 << 20;  ///< longer ones are cut

  /// `-` is standard input. With `follow` the end of a regular file is no end: what is appended comes, also when the file is cut to nothing or replaced by another of its
  /// name. Errors (kIo): it cannot be opened.
  static Result<SendSource> open(const std::string& path, bool follow);
  SendSource(SendSource&& other) noexcept;
  SendSource& operator=(SendSource&& other) noexcept;
  ~SendSource();

  enum class Read { kLine, kNothingYet, kEnd };
  /// The next line without its line feed, which lives until the next call. kNothingYet for a pipe that has nothing now, and when following.
  Read next(std::string_view& line);
  /// Why reading ended early; "" if it did not.
  const std::string& error() const { return error_; }

  /// To be polled for what comes; -1 for a regular file, which cannot be.
  int pollable() const { return regular_ ? -1 : descriptor_; }
  /// Bytes of the file, 0 where that is unknown.
  uint64_t size() const;

 private:
  SendSource(std::string path, int descriptor, bool regular, bool follow) : path_(std::move(path)), descriptor_(descriptor), regular_(regular), follow_(regular && follow) {}
  enum class Filled { kBytes, kNothingYet, kEnd };
  Filled fill();
  bool reopen();

  std::string path_;
  int descriptor_;
  bool regular_, follow_;
  std::string buffer_, error_;
  size_t begin_ = 0, searched_ = 0;
  uint64_t position_ = 0;
};

}  // namespace sleipnir::api
