#pragma once
#include <concepts>
#include <string>
#include <string_view>
#include <utility>

namespace sleipnir {

/// The bytes of a line on its way into the store: its own, or borrowed from a body that outlives it. A copy owns its bytes.
class LineText {
 public:
  LineText() = default;
  LineText(std::string own) : own_(std::move(own)) {}
  LineText(const char* own) : own_(own) {}
  static LineText borrowed(std::string_view bytes) {
    LineText line;
    line.borrowed_ = bytes;
    return line;
  }
  LineText(LineText&&) noexcept = default;
  LineText& operator=(LineText&&) noexcept = default;
  LineText(const LineText& other) : own_(other.view()) {}
  LineText& operator=(const LineText& other) { return *this = LineText(other); }

  std::string_view view() const { return borrowed_.data() ? borrowed_ : own_; }
  operator std::string_view() const { return view(); }
  size_t size() const { return view().size(); }
  template <std::convertible_to<std::string_view> Text>
  bool operator==(const Text& other) const {
    return view() == std::string_view(other);
  }

 private:
  std::string own_;
  std::string_view borrowed_;  // without data where the bytes are its own
};

}  // namespace sleipnir
