#pragma once
// A compiled pipeline runs rows through the stages of a query: parse, filter, format. One file a stage in this folder.
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/labels.h"
#include "base/result.h"
#include "base/scan.h"
#include "base/time.h"
#include "logql/stages/arena.h"
#include "logql/syntax/ast.h"

namespace sleipnir::logql {

enum class Category : uint8_t { kStream, kMetadata, kParsed };

/// What a metric query lets the pipeline leave out (logql.md §5.2). Log queries use the default: everything is observed.
struct Hints {
  bool metric = false;
  /// The grouping is pushed down: only `required` labels can be observed (names; `_extracted` is stripped before the comparison).
  bool restricted = false;
  std::set<std::string, std::less<>> required;
  /// No parsed label can be observed at all: parsers are skipped, so their errors are not seen.
  bool skip_parsers = false;
  /// `__error__` is required: failing rows are marked `__preserve_error__="true"` and do not fail the query.
  bool preserve_errors = false;
  /// The early evaluation of simple label filters applies (logql.md §5.1).
  bool early_filters = true;
  /// The line itself is observed (bytes_over_time, log queries): an unused line_format may not be dropped.
  bool needs_line = true;
};

/// Labels of a row: stream, structured metadata, parsed; a name is visible once, the higher category hides the lower.
/// `__error__` and `__error_details__` are kept apart and appear in views as parsed labels.
class RowLabels {
 public:
  /// Value visible under the name in any category (and the error labels); nullopt where there is none.
  std::optional<std::string_view> get(std::string_view name) const;
  /// All labels, merged. Cost: linear.
  LabelSet merged() const;
  /// One category each, for the categorised form; errors belong to parsed.
  LabelSet category(Category c) const;
  std::string_view error() const { return error_; }
  std::string_view error_details() const { return error_details_; }

  // The rest is for stages. Names and values are views: they must live until the next reset(), as do those of keep() and arena().

  /// Starts a row; applies the `_extracted` rule of metadata (logql.md §6.1). Both sets must outlive the row.
  void reset(const LabelSet& stream, const LabelSet& metadata);
  /// The label itself: get() without the error state, which is what filters, `unwrap` and renames read.
  std::optional<std::string_view> find(std::string_view name) const;
  /// A stream label (even if dropped since) or structured metadata of that name exists: the collision rule for parsers.
  bool in_base(std::string_view name) const;
  /// It was set as a parsed label in this row, even if erased since: a later parser does not set it again.
  bool has_parsed(std::string_view name) const;
  void set_parsed(std::string_view name, std::string_view value);
  void erase(std::string_view name);
  /// Erases every visible label for which keep(name, value) is false.
  template <class Keep>
  void erase_unless(Keep keep);
  void set_error(std::string_view error) { error_ = error; }
  void set_error(std::string_view error, std::string_view details);
  void set_error_details(std::string_view details) { error_details_ = arena_.keep(details); }
  void clear_error() { error_ = {}; }
  /// Calls f(name, value, category) for each visible label, errors excluded, in no particular order.
  template <class F>
  void for_each(F f) const;
  std::string_view keep(std::string_view text) { return arena_.keep(text); }
  Arena& arena() { return arena_; }

 private:
  struct Item {
    std::string_view name, value;
    uint32_t tag;
    Category category;
    bool live;
  };
  /// Tells most names apart without looking at their bytes: length, first and last one.
  static uint32_t tag(std::string_view name) {
    if (name.empty()) return 0;
    return static_cast<uint32_t>(name.size()) << 16 | static_cast<uint32_t>(static_cast<unsigned char>(name.front())) << 8 | static_cast<unsigned char>(name.back());
  }
  const Item* item(std::string_view name) const;
  bool visible(size_t stream_label) const;
  static const LabelSet& no_labels();

  const LabelSet* stream_ = &no_labels();
  std::vector<Item> items_;             // metadata and parsed labels of this row, one per name
  std::vector<uint8_t> stream_erased_;  // by position in the stream's labels; empty while none is
  std::string_view error_, error_details_;
  Arena arena_;
};

inline const RowLabels::Item* RowLabels::item(std::string_view name) const {
  const uint32_t wanted = tag(name);
  for (const Item& i : items_)
    if (i.tag == wanted && i.name == name) return &i;
  return nullptr;
}

inline bool RowLabels::visible(size_t stream_label) const {
  if (!stream_erased_.empty() && stream_erased_[stream_label]) return false;
  const Item* over = item((*stream_)[stream_label].name);
  return !over || !over->live;
}

template <class F>
void RowLabels::for_each(F f) const {
  for (size_t i = 0; i < stream_->size(); ++i)
    if (visible(i)) f(std::string_view((*stream_)[i].name), std::string_view((*stream_)[i].value), Category::kStream);
  for (const Item& i : items_)
    if (i.live) f(i.name, i.value, i.category);
}

template <class Keep>
void RowLabels::erase_unless(Keep keep) {
  for (size_t i = 0; i < stream_->size(); ++i) {
    if (!visible(i) || keep(std::string_view((*stream_)[i].name), std::string_view((*stream_)[i].value))) continue;
    stream_erased_.resize(stream_->size());
    stream_erased_[i] = 1;
  }
  for (Item& i : items_) {
    if (!i.live || keep(i.name, i.value)) continue;
    erase(i.name);
  }
}

/// A row that came through.
struct ProcessedRow {
  std::string_view line;      ///< after line_format; valid until the next row
  RowLabels* labels = nullptr;///< owned by the Runner, valid until the next row
  double value = 0;           ///< of `unwrap`; 0 with SampleExtractionErr
};

/// Values that `label in (…)` filters look up, by the filter's address in the tree; filled by the engine before compile.
using InSets = std::map<const LabelFilter::In*, std::shared_ptr<const std::set<std::string, std::less<>>>>;

class Runner;

/// Compiled stages: immutable, shared by threads.
class Pipeline {
 public:
  /// Errors are Loki's: `parse error : stage '|~ "["' : error parsing regexp: missing closing ]: `[`` (logql.md §12.3). Stages are
  /// ordered as Loki orders them (§5). Distinct and Context stages are not part of it: the engine runs them.
  static Result<std::shared_ptr<const Pipeline>> compile(const std::vector<Stage>& stages, const std::optional<Unwrap>& unwrap = {}, const Hints& hints = {}, const InSets& in_sets = {});
  virtual ~Pipeline() = default;
  /// A worker's state. The pipeline must outlive it.
  virtual std::unique_ptr<Runner> runner() const = 0;
  /// Necessary conditions on stored lines and fields that the store may prune by. Sound for every row that can come through.
  virtual Predicate predicate() const = 0;
  /// No stage looks at or changes line and labels: rows pass as they are.
  virtual bool empty() const = 0;
};

/// Runs rows through a pipeline; one thread.
class Runner {
 public:
  virtual ~Runner() = default;
  /// False: the row is filtered out (or has no sample). The line must outlive the use of `out`.
  virtual bool run(const LabelSet& stream, const LabelSet& metadata, Nanos timestamp, std::string_view line, ProcessedRow& out) = 0;
};

}  // namespace sleipnir::logql
