// Constant: the text, once.
#include <algorithm>

#include "storage/bytes.h"
#include "storage/column/values.h"

namespace sleipnir::storage {
namespace {

class ConstantValues : public Values {
 public:
  ConstantValues(std::string_view text, uint32_t size) : text_(text) { size_ = size; }
  Encoding encoding() const override { return Encoding::kConstant; }
  void append(uint32_t, std::string& out) const override { out += text_; }
  uint32_t length(uint32_t) const override { return static_cast<uint32_t>(text_.size()); }
  uint32_t entries() const override { return 1; }
  std::string_view entry(uint32_t) const override { return text_; }
  void test(const TextTest& test, uint32_t, std::span<uint8_t> hits) const override { std::fill(hits.begin(), hits.end(), test.holds(text_)); }
  bool may_hold(const TextTest& test) const override { return test.holds(text_); }

 private:
  std::string_view text_;
};

}  // namespace

std::unique_ptr<Values> read_constant(std::string_view bytes, uint32_t size) { return std::make_unique<ConstantValues>(bytes, size); }

}  // namespace sleipnir::storage
