#include "storage/column/distinct.h"

#include <xxhash.h>

#include <bit>

namespace sleipnir::storage {

Distinct::Distinct(size_t limit) : limit_(limit), slots_(16) {}

uint32_t Distinct::look_up(std::string_view text) {
  const uint64_t hash = XXH3_64bits(text.data(), text.size());
  const uint32_t tag = static_cast<uint32_t>(hash >> 32);
  const size_t mask = slots_.size() - 1;
  size_t at = hash & mask;
  for (; slots_[at].code != kFull; at = (at + 1) & mask)
    if (slots_[at].tag == tag && same_text(entries_[slots_[at].code], text)) return slots_[at].code;
  if (entries_.size() >= limit_) return kFull;
  const auto code = static_cast<uint32_t>(entries_.size());
  slots_[at] = {tag, code};
  entries_.push_back(text);
  hashes_.push_back(hash);
  if (entries_.size() * 2 > slots_.size()) resize(slots_.size() * 4);
  return code;
}

uint32_t Distinct::find(std::string_view text) const {
  const uint64_t hash = XXH3_64bits(text.data(), text.size());
  const uint32_t tag = static_cast<uint32_t>(hash >> 32);
  const size_t mask = slots_.size() - 1;
  for (size_t at = hash & mask; slots_[at].code != kFull; at = (at + 1) & mask)
    if (slots_[at].tag == tag && same_text(entries_[slots_[at].code], text)) return slots_[at].code;
  return kFull;
}

void Distinct::reserve(size_t texts) {
  if (texts * 2 > slots_.size()) resize(std::bit_ceil(texts * 2));
}

void Distinct::resize(size_t slots) {
  slots_.assign(slots, {});
  const size_t mask = slots_.size() - 1;
  for (uint32_t code = 0; code < hashes_.size(); ++code) {
    size_t at = hashes_[code] & mask;
    while (slots_[at].code != kFull) at = (at + 1) & mask;
    slots_[at] = {static_cast<uint32_t>(hashes_[code] >> 32), code};
  }
}

}  // namespace sleipnir::storage
