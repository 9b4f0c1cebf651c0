#pragma once
// Time zones from the system's tz database.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sleipnir::logql::gotemplate {

struct ZoneOffset {
  int32_t seconds = 0;  ///< east of UTC
  std::string_view abbreviation = "UTC";
  bool dst = false;
  int64_t from = INT64_MIN, until = INT64_MAX;  ///< Unix seconds in which it holds
};

/// One zone: immutable, shared, never freed.
class Zone {
 public:
  static const Zone& utc();
  /// The server's own: $TZ, else /etc/localtime, else UTC.
  static const Zone& local();
  /// By name (`Europe/Paris`, `UTC`, `Local`, ``); null where the database has none.
  static const Zone* load(std::string_view name);

  ZoneOffset at(int64_t unix_seconds) const;
  /// The offset that goes by this abbreviation, rather the one that holds at the time; false where there is none.
  bool by_abbreviation(std::string_view abbreviation, int64_t unix_seconds, int32_t& seconds) const;
  bool is_utc() const { return types_.empty(); }

 private:
  struct Type {
    int32_t seconds;
    bool dst;
    std::string abbreviation;
  };
  struct Transition {
    int64_t at;
    uint8_t type;
  };
  bool parse(std::string_view file);
  bool parse_block(std::string_view block, int width, size_t& size);
  ZoneOffset beyond(int64_t unix_seconds, const Transition& last) const;
  static const Zone* read(const std::string& path);

  std::vector<Type> types_;
  std::vector<Transition> transitions_;
  std::string rule_;  ///< POSIX TZ rule for times after the last transition
};

}  // namespace sleipnir::logql::gotemplate
