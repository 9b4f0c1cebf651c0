#include "ids.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <random>

namespace {

constexpr std::string_view digits_of_hex = "0123456789abcdef";
constexpr std::string_view digits_of_ulid = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";  // Crockford's base 32

std::string bits_of_ulid(std::string_view ulid) {
  unsigned __int128 bits = 0;
  for (char c : ulid) {
    auto digit = digits_of_ulid.find(static_cast<char>(std::toupper(static_cast<unsigned char>(c))));
    if (digit == std::string_view::npos) return {};
    bits = bits << 5 | digit;
  }
  if (ulid[0] > '7') return {};  // more than 128 bits
  std::string out(32, '0');
  for (auto it = out.rbegin(); it != out.rend(); ++it, bits >>= 4) *it = digits_of_hex[static_cast<size_t>(bits & 15)];
  return out;
}

}  // namespace

std::string new_hex(int digits) {
  thread_local std::mt19937_64 random{std::random_device{}()};
  std::string out;
  for (int i = 0; i < digits; ++i) out += digits_of_hex[random() & 15];
  if (out.find_first_not_of('0') == std::string::npos) out.back() = '1';
  return out;
}

std::string new_uuid() {
  auto id = new_hex(32);
  id[12] = '4';
  id[16] = "89ab"[static_cast<size_t>(id[16]) & 3];
  for (size_t at : {8, 13, 18, 23}) id.insert(at, "-");
  return id;
}

bool is_hex(std::string_view text, size_t digits) {
  return text.size() == digits && text.find_first_not_of(digits_of_hex) == std::string_view::npos;
}

bool is_opaque_id(std::string_view text) {
  auto fits = [](unsigned char c) { return std::isalnum(c) || c == '.' || c == '_' || c == '-'; };
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), fits);
}

std::string bits_of_id(std::string_view id) {
  if (id.size() == 26) return bits_of_ulid(id);
  std::string hex;
  for (char c : id) {
    if (c != '-') hex += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return is_hex(hex, 32) && (id.size() == 32 || id.size() == 36) ? hex : "";
}
