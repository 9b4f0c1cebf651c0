#pragma once
// Every constant of the files on disk. format.md says the same in words, byte for byte; the two change together.
#include <xxhash.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sleipnir::storage {

inline uint64_t checksum(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

/// First bytes of every file: magic, version, checksum of the two.
struct FileHeader {
  static constexpr size_t kBytes = 16;
  enum class Check { kGood, kDamaged, kNewer };

  static std::string make(std::string_view magic, uint32_t version);
  /// kNewer: an intact header of a version above `version`, which only a newer program can read.
  static Check check(std::string_view bytes, std::string_view magic, uint32_t version);
  /// Of a header that is good.
  static uint32_t version(std::string_view bytes);
};

namespace wal {
inline constexpr std::string_view kMagic = "SLWA";
inline constexpr uint32_t kVersion = 1;
inline constexpr std::string_view kSuffix = ".wal";
inline constexpr uint32_t kRecordMagic = 0x4c525753;  // "SWRL"
/// magic u32, payload length u32, first arrival u64, payload checksum u64, checksum of these 24 bytes u64
inline constexpr size_t kRecordHeaderBytes = 32;
/// Longest payload: far above the largest request body that is accepted, far below what a length of 32 bits can say.
inline constexpr uint64_t kMaxPayload = 1ull << 30;
}  // namespace wal

namespace part {
inline constexpr std::string_view kMagic = "SLPA";
inline constexpr uint32_t kVersion = 6;
/// The oldest version that is still read, and the first one with roll-ups and vocabulary.
inline constexpr uint32_t kOldest = 2, kRollUps = 3;
inline constexpr std::string_view kSuffix = ".part";
inline constexpr std::string_view kTemporarySuffix = ".tmp";
/// directory offset, stored bytes, checksum (u64 each), checksum of these 24 bytes u64
inline constexpr size_t kFooterBytes = 32;

/// Words of one page of the id index: what a lookup reads.
inline constexpr size_t kIdPageEntries = 4096;
/// Most names of structured metadata that a part lists; beyond it counts as having any.
inline constexpr size_t kMostMetadataNames = 1000;
}  // namespace part

/// Rows that a head sorts at a time, and about as many as a scan hands out at a time: some megabytes of lines.
inline constexpr size_t kSlabRows = 8192;

}  // namespace sleipnir::storage
