#include "logql/template/zone.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>

#include "logql/template/zone_rule.h"

namespace sleipnir::logql::gotemplate {
namespace {

constexpr const char* kDatabase = "/usr/share/zoneinfo/";
constexpr size_t kMaxFile = 1 << 20;
constexpr size_t kHeader = 44;

int64_t big_endian(std::string_view s, size_t at, int width) {
  uint64_t value = 0;
  for (int i = 0; i < width; ++i) value = value << 8 | static_cast<unsigned char>(s[at + i]);
  return width == 4 ? static_cast<int32_t>(value) : static_cast<int64_t>(value);
}

/// Names come from queries: nothing but a path below the database, and only one spelling of it.
bool safe_name(std::string_view name) {
  if (name.empty() || name.size() > 100 || name.front() == '/' || name.front() == '.') return false;
  const auto has = [&](std::string_view part) { return name.find(part) != name.npos; };
  return !has("//") && !has("/.") && !has("..") && !has("\\") && !has({"\0", 1});
}

}  // namespace

const Zone& Zone::utc() {
  static const Zone zone;
  return zone;
}

const Zone& Zone::local() {
  static const Zone& zone = [] () -> const Zone& {
    const char* tz = std::getenv("TZ");
    if (!tz) {
      const Zone* system = read("/etc/localtime");
      return system ? *system : utc();
    }
    std::string_view name = tz;
    if (name.starts_with(':')) name.remove_prefix(1);
    if (name.empty() || name == "UTC") return utc();
    const Zone* named = name.front() == '/' ? read(std::string(name)) : load(name);
    return named ? *named : utc();
  }();
  return zone;
}

const Zone* Zone::load(std::string_view name) {
  if (name.empty() || name == "UTC") return &utc();
  if (name == "Local") return &local();
  if (!safe_name(name)) return nullptr;
  // Only names that exist are kept, so the map is no larger than the database.
  static std::mutex mutex;
  static auto& known = *new std::map<std::string, const Zone*, std::less<>>;
  const std::lock_guard lock(mutex);
  if (const auto it = known.find(name); it != known.end()) return it->second;
  const Zone* zone = read(kDatabase + std::string(name));
  if (zone) known.emplace(name, zone);
  return zone;
}

const Zone* Zone::read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return nullptr;
  std::string content(kMaxFile, '\0');
  file.read(content.data(), static_cast<std::streamsize>(content.size()));
  content.resize(static_cast<size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  auto zone = std::make_unique<Zone>();
  return zone->parse(content) ? zone.release() : nullptr;
}

/// RFC 8536: a block with 32-bit times, and from version 2 on a second with 64-bit times and a rule for what follows.
bool Zone::parse(std::string_view file) {
  size_t size = 0;
  if (!parse_block(file, 4, size)) return false;
  if (file[4] == '\0') return true;
  file.remove_prefix(size);
  if (!parse_block(file, 8, size)) return false;
  std::string_view footer = file.substr(size);
  if (footer.starts_with('\n') && footer.find('\n', 1) != footer.npos) rule_ = footer.substr(1, footer.find('\n', 1) - 1);
  return true;
}

bool Zone::parse_block(std::string_view block, int width, size_t& size) {
  if (block.size() < kHeader || !block.starts_with("TZif")) return false;
  const auto count = [&](int i) { return static_cast<size_t>(big_endian(block, 20 + 4 * i, 4)); };
  const size_t utc_flags = count(0), standard_flags = count(1), leaps = count(2), times = count(3), types = count(4), chars = count(5);
  for (const size_t n : {utc_flags, standard_flags, leaps, times, types, chars}) {
    if (n > kMaxFile) return false;
  }
  size = kHeader + times * width + times + types * 6 + chars + leaps * (width + 4) + standard_flags + utc_flags;
  if (block.size() < size || types == 0) return false;

  const size_t indexes = kHeader + times * width, infos = indexes + times, names = infos + types * 6;
  types_.clear();
  transitions_.clear();
  for (size_t i = 0; i < types; ++i) {
    const size_t name = static_cast<unsigned char>(block[infos + i * 6 + 5]);
    if (name >= chars) return false;
    const std::string_view rest = block.substr(names + name, chars - name);
    const auto seconds = static_cast<int32_t>(big_endian(block, infos + i * 6, 4));
    types_.push_back({seconds, block[infos + i * 6 + 4] != 0, std::string(rest.substr(0, rest.find('\0')))});
  }
  for (size_t i = 0; i < times; ++i) {
    const uint8_t type = static_cast<uint8_t>(block[indexes + i]);
    if (type >= types) return false;
    transitions_.push_back({big_endian(block, kHeader + i * width, width), type});
  }
  return true;
}

ZoneOffset Zone::at(int64_t t) const {
  if (is_utc()) return {};
  const auto after = std::upper_bound(transitions_.begin(), transitions_.end(), t, [](int64_t time, const Transition& x) { return time < x.at; });
  if (after == transitions_.begin()) {
    // Before the first transition the first standard time holds.
    const auto standard = std::find_if(types_.begin(), types_.end(), [](const Type& type) { return !type.dst; });
    const Type& first = standard == types_.end() ? types_[0] : *standard;
    return {first.seconds, first.abbreviation, first.dst, INT64_MIN, transitions_.empty() ? INT64_MAX : transitions_[0].at};
  }
  const Transition& current = *std::prev(after);
  if (after == transitions_.end() && !rule_.empty()) return beyond(t, current);
  const Type& type = types_[current.type];
  return {type.seconds, type.abbreviation, type.dst, current.at, after == transitions_.end() ? INT64_MAX : after->at};
}

ZoneOffset Zone::beyond(int64_t t, const Transition& last) const {
  ZoneOffset offset;
  if (apply_zone_rule(rule_, last.at, t, offset)) return offset;
  const Type& type = types_[last.type];
  return {type.seconds, type.abbreviation, type.dst, last.at, INT64_MAX};
}

bool Zone::by_abbreviation(std::string_view abbreviation, int64_t t, int32_t& seconds) const {
  if (is_utc() && abbreviation == "UTC") return seconds = 0, true;
  for (const Type& type : types_) {
    if (type.abbreviation != abbreviation) continue;
    const ZoneOffset there = at(t - type.seconds);
    if (there.abbreviation == abbreviation) return seconds = there.seconds, true;
  }
  for (const Type& type : types_) {
    if (type.abbreviation == abbreviation) return seconds = type.seconds, true;
  }
  return false;
}

}  // namespace sleipnir::logql::gotemplate
