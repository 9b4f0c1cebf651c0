#include "api/send/batch.h"

#include <snappy.h>

#include "api/http/compress.h"

namespace sleipnir::api {
namespace {

void append_varint(std::string& out, uint64_t n) {
  for (; n > 0x7f; n >>= 7) out += static_cast<char>(n | 0x80);
  out += static_cast<char>(n);
}

void append_number(std::string& out, int field, uint64_t n) {
  out += static_cast<char>(field << 3);
  append_varint(out, n);
}

void append_bytes(std::string& out, int field, std::string_view bytes) {
  out += static_cast<char>(field << 3 | 2);
  append_varint(out, bytes.size());
  out += bytes;
}

/// A snappy block of literals only: what compresses it next shall see the text.
std::string literal_block(std::string_view text) {
  constexpr size_t kLongest = 1 << 16;
  constexpr char kTwoByteLength = static_cast<char>(61 << 2);
  std::string out;
  append_varint(out, text.size());
  for (; !text.empty(); text.remove_prefix(std::min(kLongest, text.size()))) {
    const size_t length = std::min(kLongest, text.size()) - 1;
    out += kTwoByteLength;
    out += static_cast<char>(length & 0xff);
    out += static_cast<char>(length >> 8);
    out += text.substr(0, length + 1);
  }
  return out;
}

}  // namespace

void SendBatch::add(Nanos time, std::string_view line) {
  Nanos seconds = time / kSecond, nanos = time % kSecond;
  if (nanos < 0) --seconds, nanos += kSecond;
  std::string stamp, entry;
  if (seconds != 0) append_number(stamp, 1, static_cast<uint64_t>(seconds));
  if (nanos != 0) append_number(stamp, 2, static_cast<uint64_t>(nanos));
  append_bytes(entry, 1, stamp);
  append_bytes(entry, 2, line);
  append_bytes(entries_, 2, entry);
  ++lines_;
}

void SendBatch::clear() {
  entries_.clear();
  lines_ = 0;
}

std::string SendBatch::body(bool gzip) const {
  std::string stream, message, out;
  append_bytes(stream, 1, labels_);
  stream += entries_;
  append_bytes(message, 1, stream);
  if (!gzip) {
    snappy::Compress(message.data(), message.size(), &out);
    return out;
  }
  const auto compressor = Compressor::make(Encoding::kGzip, [&](const char* data, size_t n) {
    out.append(data, n);
    return true;
  });
  compressor->add(literal_block(message));
  compressor->finish();
  return out;
}

}  // namespace sleipnir::api
