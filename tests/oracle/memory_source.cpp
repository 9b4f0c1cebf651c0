#include "oracle/memory_source.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <mutex>
#include <random>
#include <set>

#include "base/number.h"
#include "oracle/line_fields.h"

namespace sleipnir::testing {

namespace {

using Row = MemorySource::Row;

bool selected(const Stream& stream, const std::vector<Matcher>& matchers) {
  return std::all_of(matchers.begin(), matchers.end(), [&](const Matcher& m) { return m.matches(stream.labels.get(m.name())); });
}

bool compares(const Predicate& p, const std::string& value) {
  auto matches = [&] {
    auto regex = Regex::compile(p.text);
    return regex.ok() && regex->matches(value);
  };
  switch (p.compare) {
    case Predicate::Compare::kEqual: return value == p.text;
    case Predicate::Compare::kNotEqual: return value != p.text;
    case Predicate::Compare::kRegex: return matches();
    case Predicate::Compare::kNotRegex: return !matches();
    default: break;
  }
  auto number = parse_go_float(value);
  if (!number.ok()) return true;
  switch (p.compare) {
    case Predicate::Compare::kLess: return *number < p.number;
    case Predicate::Compare::kLessEqual: return *number <= p.number;
    case Predicate::Compare::kGreater: return *number > p.number;
    default: return *number >= p.number;
  }
}

std::optional<LineFields> fields_of(const Row& row, bool json) { return json ? JsonFields::of(row.entry.line) : logfmt_fields(row.entry.line); }

/// nullopt: not known.
std::optional<std::optional<std::string>> value_of(const Row& row, const WantedField& wanted) {
  if (wanted.from == WantedField::From::kJsonPath) return JsonFields::at(wanted.path, row.entry.line);
  const auto fields = fields_of(row, wanted.from == WantedField::From::kJson);
  if (!fields) return {};
  const auto value = fields->find(wanted.name);
  return value == fields->end() ? std::optional<std::string>() : value->second;
}

bool metadata_holds(const Predicate& p, const Row& row) {
  const std::string* label = row.stream->labels.find(p.field);
  const std::string* metadata = row.entry.metadata.find(p.field);
  return (label && compares(p, *label)) || (metadata && compares(p, *metadata));
}

/// nullopt: not known.
std::optional<bool> holds(const Predicate& p, const Row& row) {
  switch (p.kind) {
    case Predicate::Kind::kAnd:
    case Predicate::Kind::kOr: {
      const bool decides = p.kind == Predicate::Kind::kOr;
      bool known = true;
      for (const Predicate& child : p.children) {
        auto of_child = holds(child, row);
        if (of_child == decides) return decides;
        known &= of_child.has_value();
      }
      return known ? std::optional(!decides) : std::nullopt;
    }
    case Predicate::Kind::kNot: {
      auto of_child = holds(p.children[0], row);
      return of_child ? std::optional(!*of_child) : std::nullopt;
    }
    case Predicate::Kind::kLineContains:
      return row.entry.line.view().find(p.text) != std::string::npos;
    case Predicate::Kind::kLineRegex: {
      auto regex = Regex::compile(p.text);
      return regex.ok() ? std::optional(regex->matches(row.entry.line)) : std::nullopt;
    }
    case Predicate::Kind::kMetadata:
      return metadata_holds(p, row);
    case Predicate::Kind::kField: {
      if (metadata_holds(p, row)) return true;
      if (p.parser == Predicate::Parser::kJsonPath) {
        const auto value = JsonFields::at(p.path, row.entry.line);
        return value ? std::optional(*value && compares(p, **value)) : std::nullopt;
      }
      auto fields = fields_of(row, p.parser == Predicate::Parser::kJson);
      if (!fields) return {};
      auto value = fields->find(p.field);
      return value != fields->end() && compares(p, value->second);
    }
  }
  return {};
}

/// What a reader of these names sees of a set.
LabelSet seen(const LabelSet& metadata, const MetadataNames& names) {
  LabelSet seen;
  for (const Label& l : metadata)
    if (!names || std::binary_search(names->begin(), names->end(), l.name)) seen.set(l.name, l.value);
  return seen;
}

class MemoryBatch : public Batch {
 public:
  MemoryBatch(std::vector<const Row*> rows, const ScanRequest& request, uint64_t seed)
      : rows_(std::move(rows)), request_(request), columns_(request.fields.size()), chance_(seed) {
    for (const Row* row : rows_) {
      timestamps_.push_back(row->entry.timestamp);
      streams_.push_back(row->stream);
      certain_.push_back(chance_() % 4 != 0 && holds(request.where, *row) == true);
      metadata_.push_back(seen(row->entry.metadata, request.metadata_names));
    }
  }
  size_t rows() const override { return rows_.size(); }
  std::span<const Nanos> timestamps() const override { return timestamps_; }
  std::span<const Stream* const> streams() const override { return streams_; }
  const LabelSet& metadata(size_t row) const override { return metadata_[row]; }
  std::string_view line(size_t row) override {
    if (!request_.need_lines) std::abort();  // the request said that lines are not needed
    return rows_[row]->entry.line;
  }
  uint32_t line_bytes(size_t row) override { return static_cast<uint32_t>(rows_[row]->entry.line.size()); }
  bool certain(size_t row) const override { return certain_[row]; }
  Result<const Column*> column(size_t i) override {
    if (chance_() % 8 == 0 || request_.fields[i].from == WantedField::From::kPattern) return nullptr;
    columns_[i] = make_column(request_.fields[i]);
    return columns_[i].get();
  }

 private:
  struct OwnedColumn : Column {
    std::vector<uint32_t> own_codes;
    std::vector<std::string_view> own_dictionary;
    std::vector<double> own_numbers;
  };

  std::unique_ptr<OwnedColumn> make_column(const WantedField& wanted) {
    auto column = std::make_unique<OwnedColumn>();
    auto& codes = column->own_codes;
    const bool numbers = wanted.number && chance_() % 3 != 0, all_known = chance_() % 2 == 0;
    bool complete = true;
    for (const Row* row : rows_) {
      const auto value = value_of(*row, wanted);
      codes.push_back(Column::kUndecided);
      if (numbers) column->own_numbers.push_back(-1);
      if (value && (all_known || chance_() % 8 != 0)) {
        if (!*value) codes.back() = Column::kAbsent;
        else if (!numbers) codes.back() = code(column->own_dictionary, **value);
        else if (auto number = parse_go_float(**value); number.ok()) codes.back() = 0, column->own_numbers.back() = *number;
      }
      complete &= codes.back() == 0;
    }
    if (complete && (numbers || column->own_dictionary.size() == 1)) codes.clear();
    column->codes = codes;
    column->dictionary = column->own_dictionary;
    column->numbers = column->own_numbers;
    return column;
  }

  uint32_t code(std::vector<std::string_view>& dictionary, const std::string& value) {
    auto known = std::find(dictionary.begin(), dictionary.end(), value);
    if (known != dictionary.end()) return static_cast<uint32_t>(known - dictionary.begin());
    dictionary.push_back(*values_.insert(value).first);
    return static_cast<uint32_t>(dictionary.size() - 1);
  }

  std::vector<const Row*> rows_;
  const ScanRequest request_;
  std::vector<Nanos> timestamps_;
  std::vector<const Stream*> streams_;
  std::vector<bool> certain_;
  std::vector<LabelSet> metadata_;  ///< as far as it is looked at
  std::set<std::string> values_;
  std::vector<std::unique_ptr<OwnedColumn>> columns_;
  std::minstd_rand chance_;
};

class MemoryReader : public BatchReader {
 public:
  MemoryReader(std::vector<const Row*> rows, size_t batch_rows, const ScanRequest& request, uint64_t seed)
      : rows_(std::move(rows)), request_(request), batch_rows_(batch_rows), seed_(seed) {}
  Result<std::unique_ptr<Batch>> next() override {
    std::lock_guard one_at_a_time(mutex_);
    size_t n = std::min(batch_rows_, rows_.size() - done_);
    if (n == 0) return std::unique_ptr<Batch>();
    std::vector<const Row*> part(rows_.begin() + static_cast<ptrdiff_t>(done_), rows_.begin() + static_cast<ptrdiff_t>(done_ + n));
    done_ += n;
    return std::unique_ptr<Batch>(std::make_unique<MemoryBatch>(std::move(part), request_, seed_ * 1000 + done_));
  }

 private:
  std::vector<const Row*> rows_;
  const ScanRequest request_;
  size_t batch_rows_, done_ = 0;
  uint64_t seed_;
  std::mutex mutex_;
};

}  // namespace

MemorySource::MemorySource(std::vector<StoredEntry> entries, size_t batch_rows) : batch_rows_(batch_rows) {
  std::map<LabelSet, const Stream*> known;
  for (StoredEntry& e : entries) {
    const Stream*& stream = known[e.stream];
    if (!stream) stream = streams_.emplace_back(new Stream{streams_.size() + 1, e.stream}).get();
    rows_.push_back({stream, std::move(e.entry)});
  }
  std::stable_sort(rows_.begin(), rows_.end(), [](const Row& a, const Row& b) { return a.entry.timestamp < b.entry.timestamp; });
}

MemorySource::~MemorySource() = default;

Result<std::unique_ptr<BatchReader>> MemorySource::scan(const ScanRequest& request) {
  std::vector<const Row*> rows;
  for (const Row& row : rows_) {
    bool in_time = request.start <= row.entry.timestamp && row.entry.timestamp < request.end;
    if (in_time && selected(*row.stream, request.matchers) && holds(request.where, row) != false) rows.push_back(&row);
  }
  if (request.order == ScanRequest::Order::kAny) {
    std::stable_sort(rows.begin(), rows.end(), [](const Row* a, const Row* b) { return a->stream->id > b->stream->id; });
  } else if (request.direction == Direction::kBackward) {
    std::reverse(rows.begin(), rows.end());
  }
  return std::unique_ptr<BatchReader>(std::make_unique<MemoryReader>(std::move(rows), batch_rows_, request, chance_++));
}

Result<std::vector<const Stream*>> MemorySource::streams(const std::string&, const std::vector<Matcher>& matchers, Nanos start, Nanos end) {
  std::vector<const Stream*> found;
  for (const auto& stream : streams_) {
    auto in_range = [&](const Row& row) { return row.stream == stream.get() && start <= row.entry.timestamp && row.entry.timestamp <= end; };
    if (selected(*stream, matchers) && std::any_of(rows_.begin(), rows_.end(), in_range)) found.push_back(stream.get());
  }
  return found;
}

Result<IndexStats> MemorySource::index_stats(const std::string& tenant, const std::vector<Matcher>& matchers, Nanos start, Nanos end) {
  IndexStats stats;
  stats.streams = streams(tenant, matchers, start, end)->size();
  for (const Row& row : rows_) {
    if (!selected(*row.stream, matchers) || row.entry.timestamp < start || row.entry.timestamp > end) continue;
    ++stats.entries;
    stats.bytes += row.entry.line.size() + row.entry.metadata.bytes();
  }
  return stats;
}

Result<std::optional<std::vector<Counted>>> MemorySource::count(const CountRequest& request) {
  if (chance_++ % 3 == 0) return std::optional<std::vector<Counted>>();
  std::vector<Counted> counted;
  for (const Row& row : rows_) {
    if (!selected(*row.stream, request.matchers)) continue;
    for (uint32_t k = 0; k + 1 < request.edges.size(); ++k) {
      if (row.entry.timestamp <= request.edges[k] || request.edges[k + 1] < row.entry.timestamp) continue;
      counted.push_back({row.stream, std::make_shared<const LabelSet>(seen(row.entry.metadata, request.metadata_names)), k, 1, row.entry.line.size(), row.entry.metadata.bytes()});
    }
  }
  return std::optional(std::move(counted));
}

}  // namespace sleipnir::testing
