#pragma once
#include <string>
#include <string_view>

#include "base/labels.h"
#include "base/time.h"

namespace sleipnir::api {

/// Lines of one stream as a push in protobuf (http-api.md §9.2).
class SendBatch {
 public:
  explicit SendBatch(const LabelSet& labels) : labels_(labels.to_string()) {}

  void add(Nanos time, std::string_view line);
  size_t bytes() const { return entries_.size(); }
  size_t lines() const { return lines_; }
  bool empty() const { return lines_ == 0; }
  void clear();

  /// The body: snappy's block format, or, with `gzip`, gzip of a snappy block that compresses nothing itself.
  std::string body(bool gzip) const;

 private:
  std::string labels_, entries_;
  size_t lines_ = 0;
};

}  // namespace sleipnir::api
