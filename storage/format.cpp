#include "storage/format.h"

#include "storage/bytes.h"

namespace sleipnir::storage {

std::string FileHeader::make(std::string_view magic, uint32_t version) {
  std::string bytes(magic);
  put_fixed(bytes, version);
  put_fixed(bytes, checksum(bytes));
  return bytes;
}

FileHeader::Check FileHeader::check(std::string_view bytes, std::string_view magic, uint32_t version) {
  if (bytes.size() < kBytes || bytes.substr(0, magic.size()) != magic) return Check::kDamaged;
  ByteReader in(bytes.substr(magic.size(), kBytes - magic.size()));
  auto found = in.fixed<uint32_t>();
  if (in.fixed<uint64_t>() != checksum(bytes.substr(0, magic.size() + sizeof found)) || found == 0) return Check::kDamaged;
  return found > version ? Check::kNewer : Check::kGood;
}

uint32_t FileHeader::version(std::string_view bytes) {
  constexpr size_t kMagicBytes = 4;
  return ByteReader(bytes.substr(kMagicBytes)).fixed<uint32_t>();
}

}  // namespace sleipnir::storage
