#pragma once
// A test script as data: what README.md in this folder describes, line by line.
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/scan.h"
#include "oracle/memory_source.h"

namespace sleipnir::testing {

/// Which language a query is written for: both, Loki's alone, or ours with its additions.
enum class Language { kCommon, kStrict, kAdditions };

struct ExpectedSeries {
  LabelSet labels;
  std::vector<std::optional<double>> values;  ///< one a step, nullopt where there is no sample
};

struct ExpectedEntry {
  LabelSet labels;  ///< all of them merged, or of a `categorized` answer those of the stream
  Entry entry;      ///< metadata only where the answer is categorized
  LabelSet parsed;
};

struct ExpectedFailure {
  std::string message, part;  ///< the whole message, or something in it
  int status = 400;           ///< as HTTP shows it
};

struct Eval {
  enum class Kind { kInstant, kRange, kLogs };
  int line = 0;
  Kind kind = Kind::kInstant;
  Language language = Language::kCommon;
  Nanos start = 0, end = 0, step = 0;  ///< instant: `end`
  Direction direction = Direction::kForward;
  uint64_t limit = 1000;
  Nanos interval = 0;
  bool ordered = false, categorized = false;
  std::string query;

  bool empty = false;                  ///< the answer holds nothing
  std::optional<double> scalar;        ///< an instant literal
  std::vector<ExpectedSeries> series;
  std::vector<ExpectedEntry> entries;  ///< in answer order within each stream
  std::optional<ExpectedFailure> failure;
};

struct Clear {};
struct Load { std::vector<StoredEntry> entries; };
using Command = std::variant<Clear, Load, Eval>;

struct Script {
  std::filesystem::path path;
  std::vector<Command> commands;
};

/// Reads a script; relative times count from `base`. Errors name file and line.
Result<Script> read_script(const std::filesystem::path& path, Nanos base);

}  // namespace sleipnir::testing
