#pragma once
#include <cstdint>
#include <cstring>
#include <string_view>

namespace sleipnir::api {

/// Reads the fields of one protobuf message in place. Every length is checked against the message; a defect sets error(), with gogo/protobuf's
/// text, and ends the message. Views point into the message.
///
///   for (WireReader r(bytes); r.next();) switch (r.field()) { case 1: if (r.type() == WireReader::kBytes) use(r.bytes()); break; default: break; }
class WireReader {
 public:
  enum Type : uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kGroup = 3, kGroupEnd = 4, kFixed32 = 5 };

  explicit WireReader(std::string_view message) : at_(message.data()), end_(message.data() + message.size()) {}

  /// Moves to the next field, with its value read; false at the end and on an error.
  bool next() {
    if (at_ == end_ || error_) return false;
    uint64_t tag = 0;
    if (!read_varint(tag)) return false;
    field_ = static_cast<uint32_t>(tag >> 3);
    type_ = static_cast<Type>(tag & 7);
    if (field_ == 0 || (tag >> 32) != 0) return fail("proto: illegal tag 0");
    return read_value();
  }

  uint32_t field() const { return field_; }
  Type type() const { return type_; }
  std::string_view bytes() const { return bytes_; }
  /// Value of a varint or fixed field.
  uint64_t number() const { return number_; }
  const char* error() const { return error_; }

 private:
  bool fail(const char* text) {
    if (!error_) error_ = text;
    return false;
  }

  bool read_varint(uint64_t& value) {
    if (at_ < end_ && static_cast<uint8_t>(*at_) < 0x80) {
      value = static_cast<uint8_t>(*at_++);
      return true;
    }
    value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (at_ == end_) return fail("unexpected EOF");
      const uint8_t byte = static_cast<uint8_t>(*at_++);
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return true;
    }
    return fail("proto: integer overflow");
  }

  bool read_fixed(size_t width) {
    if (static_cast<size_t>(end_ - at_) < width) return fail("unexpected EOF");
    number_ = 0;
    for (size_t i = 0; i < width; ++i) number_ |= static_cast<uint64_t>(static_cast<uint8_t>(at_[i])) << (8 * i);
    at_ += width;
    return true;
  }

  bool read_value() {
    switch (type_) {
      case kVarint: return read_varint(number_);
      case kFixed64: return read_fixed(8);
      case kFixed32: return read_fixed(4);
      case kBytes: {
        uint64_t length = 0;
        if (!read_varint(length)) return false;
        if (length > INT64_MAX) return fail("proto: negative length found during unmarshaling");
        if (length > static_cast<uint64_t>(end_ - at_)) return fail("unexpected EOF");
        bytes_ = {at_, static_cast<size_t>(length)};
        at_ += length;
        return true;
      }
      default: return fail("proto: illegal wireType");
    }
  }

  const char* at_;
  const char* end_;
  const char* error_ = nullptr;
  std::string_view bytes_;
  uint64_t number_ = 0;
  uint32_t field_ = 0;
  Type type_ = kVarint;
};

}  // namespace sleipnir::api
