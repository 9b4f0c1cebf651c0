// Writes columns of templates (values_template.cpp):
//   varint templates, u8 width, compressed(per template: string; a run is NUL), packed template codes,
//   per template and run: padded: u8 digits; u8 width, varint base, packed numbers
#include <algorithm>
#include <unordered_map>

#include "storage/bytes.h"
#include "storage/column/bits.h"
#include "storage/column/block_summary.h"
#include "storage/column/packed_template.h"
#include "storage/column/values.h"
#include "storage/column/zstd_bytes.h"

namespace sleipnir::storage {
namespace {

/// Runs that vary in length have more templates than it takes to write their zeros as text.
constexpr size_t kMostPadded = 64;

bool digit(char c) { return c >= '0' && c <= '9'; }

/// Most columns have none; one with leading zeros mostly has some among its first values.
bool has_leading_zeros(std::span<const std::string_view> values) {
  for (const std::string_view v : values.first(std::min<size_t>(values.size(), 64)))
    for (size_t i = 0; i + 1 < v.size(); ++i)
      if (v[i] == '0' && digit(v[i + 1]) && (i == 0 || !digit(v[i - 1]))) return true;
  return false;
}

bool write(std::span<const std::string_view> values, bool padded, size_t most_templates, std::string& out) {
  std::vector<std::string> texts, digits;
  std::vector<std::vector<std::vector<uint64_t>>> runs;  // template, run, value
  std::unordered_map<std::string, uint32_t> index;
  std::vector<uint32_t> codes;
  codes.reserve(values.size());
  std::string text, lengths;
  std::vector<uint64_t> numbers;
  for (const std::string_view v : values) {
    if (!cut_numbers(v, text, numbers, padded ? &lengths : nullptr)) return false;
    // Long runs are ids, which a column that is indexed serves better.
    if (std::any_of(lengths.begin(), lengths.end(), [](char n) { return static_cast<size_t>(n) >= kMinIdWord; })) return false;
    const auto [it, fresh] = index.try_emplace(text + lengths, static_cast<uint32_t>(texts.size()));
    if (fresh) {
      if (texts.size() == most_templates) return false;
      texts.push_back(text);
      digits.push_back(lengths);
      runs.emplace_back(numbers.size());
    }
    codes.push_back(it->second);
    for (size_t r = 0; r < numbers.size(); ++r) runs[it->second][r].push_back(numbers[r]);
  }
  std::string table;
  for (const std::string& t : texts) put_bytes(table, t);
  const unsigned width = bits_for(texts.size() - 1);
  put_varint(out, texts.size());
  out += static_cast<char>(width);
  put_compressed(out, table);
  pack_bits(out, std::span<const uint32_t>(codes), width);
  for (size_t t = 0; t < runs.size(); ++t)
    for (size_t r = 0; r < runs[t].size(); ++r) {
      std::vector<uint64_t>& run = runs[t][r];
      const auto [low, high] = std::minmax_element(run.begin(), run.end());
      const uint64_t base = *low;
      const unsigned bits = bits_for(*high - base);
      for (uint64_t& n : run) n -= base;
      if (padded) out += digits[t][r];
      out += static_cast<char>(bits);
      put_varint(out, base);
      pack_bits(out, std::span<const uint64_t>(run), bits);
    }
  return true;
}

}  // namespace

bool write_template(const ValuesInput& in, std::string& out) { return write(in.values, false, std::min(kMaxTemplates, in.values.size() / 8 + 1), out); }

bool write_padded(const ValuesInput& in, std::string& out) {
  return has_leading_zeros(in.values) && write(in.values, true, std::min(kMostPadded, in.values.size() / 8 + 1), out);
}

}  // namespace sleipnir::storage
