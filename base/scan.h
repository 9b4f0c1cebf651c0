#pragma once
// The border between language and store: a scan request goes in (plain data), batches of columns come out.
// Nothing in logql/ knows which store answers; nothing in storage/ knows LogQL.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/labels.h"
#include "base/line_pattern.h"
#include "base/matcher.h"
#include "base/result.h"
#include "base/time.h"

namespace sleipnir {

/// A necessary condition on rows. The store may drop a row only if the condition is certainly false for it; it may keep any row.
/// What decides is the residual pipeline in logql/. An empty And (the default) is true.
///
/// kMetadata is true when the row's stream label `field` or its structured metadata `field` compares true.
/// kField is true when one of these does, or the value that `parser` extracts under the label `field` (logql.md §6, §7.5, §7.7: keys are
/// sanitised and nested ones joined by `_`, the first value wins, null and arrays are no value, nor are empty ones for logfmt). kJsonPath finds what stands
/// under the keys `path` (§7.6), arrays included.
/// Names never end in `_extracted`. A value that does not exist compares false.
/// Comparisons: kEqual, kNotEqual bytewise with `text`; kRegex, kNotRegex by RE2 search of `text`, which has its own anchors; the others
/// with `number`, and they are true as well for a value that is not a number (parse_go_float fails).
/// A parser that fails on a line has extracted what stands before the fault.
struct Predicate {
  enum class Kind {
    kAnd, kOr, kNot,   ///< over `children` (kNot: exactly one, which the store must treat two-sided or ignore)
    kLineContains,     ///< the line as stored contains `text`
    kLineRegex,        ///< RE2 search of `text` in the line as stored
    kField,
    kMetadata,
  };
  enum class Compare { kEqual, kNotEqual, kRegex, kNotRegex, kLess, kLessEqual, kGreater, kGreaterEqual };
  enum class Parser { kJson, kLogfmt, kJsonPath };
  Kind kind = Kind::kAnd;
  std::vector<Predicate> children;
  std::string text, field;
  std::vector<std::string> path;  ///< of kJsonPath: as in WantedField
  double number = 0;
  Compare compare = Compare::kEqual;
  Parser parser = Parser::kJson;
};

enum class Direction { kForward, kBackward };

/// Whoever runs a query keeps one; readers poll it at least once a batch.
struct Cancellation {
  std::atomic<bool> cancelled{false};
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  /// kCancelled or kTimeout with Loki's text, or success.
  Result<void> check() const;
};

/// Counted by the store while it reads, shown in the stats block. One per query; atomic since threads share it.
struct ScanStats {
  std::atomic<uint64_t> bytes{0};           ///< line bytes of the rows looked at
  std::atomic<uint64_t> metadata_bytes{0};
  std::atomic<uint64_t> rows{0};
  std::atomic<uint64_t> head_bytes{0};      ///< those of `bytes` that came from unsealed data
  std::atomic<uint64_t> head_rows{0};
  std::atomic<uint64_t> compressed_bytes{0};
  std::atomic<uint64_t> streams{0};
  std::atomic<uint64_t> parts{0};           ///< parts read
  std::atomic<uint64_t> parts_pruned{0};    ///< parts ruled out without reading a row
};

/// A field whose values the reader of batches would like to have as a column (see Batch::column).
struct WantedField {
  enum class From { kJson, kLogfmt, kMetadata, kPattern, kJsonPath } from = From::kJson;
  std::string name;
  bool number = false;  ///< the reader prefers Column::numbers; not of kPattern
  std::shared_ptr<const LinePattern> pattern = {};  ///< of kPattern: the value is what its capture `name` takes
  std::vector<std::string> path = {};  ///< of kJsonPath: the value is what `| json name="…"` finds under these keys (logql.md §7.6), null is none
};

/// Names of structured metadata that a reader looks at, ascending. nullopt: it looks at all.
using MetadataNames = std::optional<std::vector<std::string>>;

struct ScanRequest {
  enum class Order {
    kTime,  ///< all rows over all batches by (timestamp, arrival) in `direction`; backward is the exact mirror of forward
    kAny,   ///< whatever is cheapest, whole blocks at a time; within one stream rows of one batch still ascend by (timestamp, arrival)
  };
  std::string tenant;
  std::vector<Matcher> matchers;  ///< all must hold on the stream's labels; empty means every stream
  Nanos start = 0, end = 0;       ///< start <= timestamp < end
  Direction direction = Direction::kForward;
  Order order = Order::kTime;
  Predicate where;
  std::vector<WantedField> fields;
  MetadataNames metadata_names;   ///< batches may leave out all other structured metadata
  bool need_lines = true;         ///< false: Batch::line is never called
  uint64_t limit_hint = 0;        ///< about how many rows the reader will take if `where` is exact; 0 = all
  const Cancellation* cancellation = nullptr;
  ScanStats* stats = nullptr;
};
/// One line a human can read, used by tests and by explain.
std::string to_string(const ScanRequest& request);
std::string to_string(const Predicate& predicate);

struct Stream {
  uint64_t id = 0;  ///< unique within the tenant and the life of the store
  LabelSet labels;
};

/// A wanted field of one batch, a code a row: kAbsent where the row has no such value, kUndecided where the store cannot tell (then the reader parses
/// the line), else an index into `dictionary`, or 0 where `numbers` holds the value. Empty `codes`: every row has a value in `numbers`, or is `dictionary[0]`.
/// Values are what the parser would extract from the line alone (as in Predicate::kField, but streams and metadata are not looked at). Lines on which a
/// parser of JSON fails are undecided.
/// The dictionary may be longer than the batch, and hold entries that no row of it has.
struct Column {
  static constexpr uint32_t kAbsent = UINT32_MAX;
  static constexpr uint32_t kUndecided = UINT32_MAX - 1;
  std::span<const uint32_t> codes;
  std::span<const std::string_view> dictionary;  ///< distinct
  std::span<const double> numbers;               ///< a value a row, as parse_go_float gives it; only where WantedField::number was set
};

/// What rows of a batch have in common that have one stream and one metadata set.
struct RowPair {
  const Stream* stream;
  const LabelSet* metadata;
};

/// Consecutive rows of a batch in which timestamps do not descend. It begins where the one before ends.
struct Stretch {
  uint32_t end;
  Nanos first, last;  ///< no row is earlier or later
};

/// A row of a batch and its timestamp.
struct RowTime {
  uint32_t row;
  Nanos timestamp;
};

/// Some thousand rows, up to a whole block, as columns. Everything it hands out lives until the batch is destroyed. Used by one thread at a time.
/// What depends on labels alone is decided once a pair: pairs() are few, pair_codes() says which is a row's. streams() and metadata() say the same row by
/// row and cost more.
class Batch {
 public:
  virtual ~Batch() = default;
  virtual size_t rows() const = 0;
  virtual std::span<const Nanos> timestamps() const = 0;
  /// The last one ends at rows(). A batch of kAny has at most one a stream. Where these and first_after() suffice, timestamps() cost more.
  virtual std::span<const Stretch> stretches();
  /// The first of the rows [row, end) of one stretch that is later than `time`; row `end`, of any time, where none is. O(log rows).
  virtual RowTime first_after(uint32_t row, uint32_t end, Nanos time);
  /// Every pair of a row, and perhaps some of none. Equal sets of one stream may come as two pairs.
  virtual std::span<const RowPair> pairs();
  /// Index into pairs() of each row; empty: pairs()[0] is that of all.
  virtual std::span<const uint32_t> pair_codes();
  /// Stream of each row; the pointers are valid as long as the store.
  virtual std::span<const Stream* const> streams() const = 0;
  /// Structured metadata; equal sets of one batch are often the same object, so callers may cache by address within a batch.
  virtual const LabelSet& metadata(size_t row) const = 0;
  /// The line byte for byte, built on demand.
  virtual std::string_view line(size_t row) = 0;
  /// Length of the line in bytes, without building it.
  virtual uint32_t line_bytes(size_t row) = 0;
  /// The same of all rows.
  virtual std::span<const uint32_t> line_lengths();
  /// Column of request.fields[i], or nullptr where the store cannot decide it for this batch: then parse the lines.
  virtual Result<const Column*> column(size_t /*i*/) { return static_cast<const Column*>(nullptr); }
  /// Whether request.where is certainly true for the row; false: the pipeline decides. Rows for which it is certainly false may be missing.
  virtual bool certain(size_t /*row*/) const { return false; }
  /// True only if it is for every row.
  virtual bool all_certain() const { return false; }

 private:
  void find_pairs();

  std::vector<Stretch> stretches_;
  std::vector<uint32_t> pair_codes_, line_lengths_;
  std::vector<RowPair> pairs_;
};

/// Readers of kAny may be asked by several threads at once: each gets batches of its own, independent of the others', and together they get every row once.
/// All other readers are used by one thread at a time. A reader outlives its batches.
class BatchReader {
 public:
  virtual ~BatchReader() = default;
  /// The next batch, nullptr at the end. Errors: cancelled, timeout, corrupt or unreadable files, budget; also those of lines and lengths that a batch
  /// before could not read (it gave empty ones).
  virtual Result<std::unique_ptr<Batch>> next() = 0;
};

/// How many rows and line bytes each (stream, metadata set) has in each bucket (edges[k], edges[k+1]].
struct CountRequest {
  std::string tenant;
  std::vector<Matcher> matchers;
  std::vector<Nanos> edges;      ///< ascending, at least two
  MetadataNames metadata_names = {};  ///< sets may leave out all others, and be the same then
  const Cancellation* cancellation = nullptr;
  ScanStats* stats = nullptr;
};
struct Counted {
  const Stream* stream;
  std::shared_ptr<const LabelSet> metadata;
  uint32_t bucket;
  uint64_t rows, line_bytes;
  uint64_t metadata_bytes;  ///< of all metadata of the rows, names and values
};

struct IndexStats { uint64_t streams = 0, chunks = 0, bytes = 0, entries = 0; };

/// Whatever can be asked: the embedded store, several tenants of it, another engine. Thread-safe.
class Source {
 public:
  virtual ~Source() = default;
  virtual Result<std::unique_ptr<BatchReader>> scan(const ScanRequest& request) = 0;
  /// Streams that match and have an entry in [start, end]; order unspecified.
  virtual Result<std::vector<const Stream*>> streams(const std::string& tenant, const std::vector<Matcher>& matchers, Nanos start, Nanos end) = 0;
  /// Streams, parts, line+metadata bytes and entries of what matches in [start, end]. Exact.
  virtual Result<IndexStats> index_stats(const std::string& tenant, const std::vector<Matcher>& matchers, Nanos start, Nanos end) = 0;
  /// Counts without handing out rows, from roll-ups where they can tell; a (stream, set, bucket) may come in several pieces, in any order.
  /// Exact. nullopt: the source has no way faster than a scan.
  virtual Result<std::optional<std::vector<Counted>>> count(const CountRequest&) { return std::optional<std::vector<Counted>>(); }
};

}  // namespace sleipnir
