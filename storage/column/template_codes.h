#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "storage/column/bits.h"

namespace sleipnir::storage {

/// Which template each value has, and how many values of each template come before some of them. Immutable.
class TemplateCodes {
 public:
  /// Values between those before which is counted.
  static constexpr uint32_t kPiece = 4096;
  /// Adds to `counts`, one a template, how many values it has. nullopt where a code is beyond them.
  static std::optional<TemplateCodes> read(PackedBits packed, uint32_t size, std::vector<uint32_t>& counts) {
    TemplateCodes codes;
    codes.packed_ = packed;
    codes.templates_ = counts.size();
    for (uint32_t i = 0; i < size; ++i) {
      if (i % kPiece == 0) codes.before_.insert(codes.before_.end(), counts.begin(), counts.end());
      if (packed[i] >= counts.size()) return std::nullopt;
      ++counts[packed[i]];
    }
    return codes;
  }

  uint32_t operator[](uint32_t i) const { return static_cast<uint32_t>(packed_[i]); }
  /// Those from `first` on.
  void unpack(size_t first, std::span<uint32_t> codes) const { packed_.unpack(first, codes); }
  /// How many values of each template come before a piece.
  std::span<const uint32_t> before(uint32_t piece) const { return std::span(before_).subspan(piece * templates_, templates_); }
  size_t memory() const { return before_.capacity() * sizeof before_[0]; }

 private:
  PackedBits packed_;
  size_t templates_ = 0;
  std::vector<uint32_t> before_;
};

/// Goes through values in ascending order and knows the number of each among those of its template. One thread.
class TemplateWalk {
 public:
  explicit TemplateWalk(const TemplateCodes& codes) : codes_(codes) {}

  struct Place { uint32_t code, nth; };
  Place to(uint32_t i) {
    const uint32_t piece = i / TemplateCodes::kPiece;
    if (seen_.empty() || piece != next_ / TemplateCodes::kPiece) {
      const auto before = codes_.before(piece);
      seen_.assign(before.begin(), before.end());
      next_ = piece * TemplateCodes::kPiece;
    }
    for (; next_ < i; ++next_) ++seen_[codes_[next_]];
    return {codes_[i], seen_[codes_[i]]};
  }

 private:
  const TemplateCodes& codes_;
  std::vector<uint32_t> seen_;
  uint32_t next_ = 0;  ///< the first value that seen_ does not count
};

}  // namespace sleipnir::storage
