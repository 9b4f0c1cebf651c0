#pragma once
// What scans, seals and merges read: runs of blocks, whether they lie in memory or in a part. This is the border behind which the part format may change.
#include <algorithm>
#include <memory>
#include <string_view>
#include <vector>

#include "base/scan.h"
#include "storage/column/needle.h"
#include "storage/column/projected_sets.h"
#include "storage/column/roll_up.h"
#include "storage/scan/read_failure.h"
#include "storage/scan/stream_set.h"

namespace sleipnir::storage {

/// What a run holds of one stream. Times are inclusive.
struct StreamSpan {
  const Stream* stream = nullptr;
  Nanos first = 0, last = 0;
  uint64_t rows = 0, line_bytes = 0, metadata_bytes = 0;

  void add(Nanos timestamp, uint64_t line, uint64_t metadata) { add({nullptr, timestamp, timestamp, 1, line, metadata}); }
  void add(const StreamSpan& o) {
    first = rows ? std::min(first, o.first) : o.first;
    last = rows ? std::max(last, o.last) : o.last;
    rows += o.rows;
    line_bytes += o.line_bytes;
    metadata_bytes += o.metadata_bytes;
  }
};

/// Times are inclusive.
struct BlockSpan {
  Nanos first = 0, last = 0;
  uint64_t rows = 0;
};

class StreamTimes;        // overlap.h
class PreparedPredicate;  // column/predicate_test.h
class Vocabulary;         // column/vocabulary.h

/// Which rows of a block are wanted. Times are inclusive. What it points to outlives the blocks loaded with it.
struct RowFilter {
  const StreamSet* streams = nullptr;  ///< null: all
  Nanos first = INT64_MIN, last = INT64_MAX;
  const StreamTimes* within = nullptr;   ///< only rows at these times of their stream; null: at all
  const StreamTimes* without = nullptr;  ///< no row at these times of its stream; null: at none
  const PreparedPredicate* where = nullptr;  ///< rows for which it is certainly false are left out; null: true
  const Vocabulary* vocabulary = nullptr;    ///< of what lines are made at least; set by the run; null: not known
  ScanStats* stats = nullptr;                ///< counts the rows looked at (before `where`) and the bytes read
  bool cached = true;                        ///< blocks stay open in the cache (block_cache.h); not so for who reads everything once
};

/// Rows in memory, ascending by (timestamp, arrival), as columns. Any number of threads, since slices of one block go to several batches.
struct Block {
  virtual ~Block() = default;
  /// Reads and checks what the lines are made of. Errors: kCorrupt, kIo.
  virtual Result<void> prepare_lines() { return {}; }
  /// Fills `arrivals`, which nobody but the thread that has loaded the block looks at. Errors: kCorrupt, kIo.
  virtual Result<void> prepare_arrivals() { return {}; }
  /// Reads and checks what structured metadata is made of. Errors: kCorrupt, kIo.
  virtual Result<void> prepare_sets() { return {}; }
  /// The coded structured metadata of a row (bytes.h), once prepared; lives as long as the block.
  virtual std::string_view set(size_t row) { return sets[set_codes[row]]; }
  /// Lengths of its names and values; needs no preparation.
  virtual uint32_t metadata_bytes(size_t row);
  /// What set_codes number, with nothing but these names (ascending; null: all). Lives no longer than the block. Errors: kCorrupt, kIo.
  virtual Result<ProjectedSets> project(const std::vector<std::string>* names) { return ProjectedSets(sets, names); }
  /// The line of a row, once prepared; lives as long as the block. Built when first asked for.
  virtual std::string_view line(size_t row) = 0;
  /// The values of a wanted field, or nullptr where the block cannot tell (base/scan.h). Lives as long as the block. Errors: kCorrupt, kIo.
  virtual Result<const Column*> column(const WantedField&) { return nullptr; }

  size_t rows() const { return timestamps.size(); }
  /// Whether `where` is certainly true for the row.
  bool certain(size_t row) const { return verdicts.empty() || verdicts[row] == 2; }

  std::vector<Nanos> timestamps;
  std::vector<uint64_t> arrivals;      ///< once prepared
  std::vector<const Stream*> streams;
  std::vector<uint32_t> set_codes;     ///< index into `sets`; the row's own number where these are in columns
  std::vector<std::string_view> sets;  ///< coded structured metadata (bytes.h), distinct; empty: it is in columns
  std::vector<uint32_t> line_lengths;
  std::vector<uint8_t> verdicts;       ///< kMaybe or kYes of each row (predicate_test.h); empty: `where` was not given
};

/// The roll-up of a block, and the streams that its pairs number.
struct BlockSums {
  RollUp roll_up;
  std::vector<const Stream*> streams;
};

/// What a batch of a block has to know of the scan that it is for.
struct BatchOptions {
  std::shared_ptr<const std::vector<WantedField>> fields = std::make_shared<const std::vector<WantedField>>();
  std::shared_ptr<const std::vector<std::string>> metadata_names;  ///< ScanRequest::metadata_names; null: all
  std::shared_ptr<ReadFailure> failure = std::make_shared<ReadFailure>();  ///< takes what goes wrong where it is too late to fail
};

/// An immutable set of blocks, each entry once. Blocks ascend by their first timestamps; they may overlap. Any number of threads.
class Run {
 public:
  virtual ~Run() = default;
  virtual bool unsealed() const = 0;
  /// Ascending by stream id.
  virtual const std::vector<StreamSpan>& streams() const = 0;
  virtual const std::vector<BlockSpan>& blocks() const = 0;
  /// False only if the block certainly has no row of these streams.
  virtual bool block_may_hold(size_t block, const StreamSet& streams) const = 0;
  /// Of each block, whether it may hold a row for which `where` is true, as far as summaries tell; empty: all may. The run must outlive the
  /// needles, which are the same for all runs of a search. Errors: kCorrupt, kIo.
  virtual Result<std::vector<uint8_t>> candidates(const Predicate& /*where*/, AlignedNeedles&, ScanStats*) const { return std::vector<uint8_t>(); }
  /// Whether a block has a roll-up that tells these names of metadata apart; and the roll-up. Errors: kCorrupt, kIo.
  virtual bool has_sums(size_t /*block*/, const MetadataNames&) const { return false; }
  virtual Result<BlockSums> sums(size_t /*block*/, ScanStats*) const { return BlockSums(); }
  /// The rows that pass the filter. Errors: kCorrupt, kIo.
  virtual Result<std::shared_ptr<Block>> load(size_t block, const RowFilter& filter) const = 0;
  /// The same rows as a batch of kAny: not in order over streams, and columns only as they are asked for. nullptr where no row passes.
  virtual Result<std::unique_ptr<Batch>> batch(size_t block, const RowFilter& filter, const BatchOptions& options) const;

  Nanos first() const { return blocks().front().first; }
  Nanos last() const {
    Nanos last = INT64_MIN;
    for (const BlockSpan& b : blocks()) last = std::max(last, b.last);
    return last;
  }
};

using Runs = std::vector<std::shared_ptr<const Run>>;

}  // namespace sleipnir::storage
