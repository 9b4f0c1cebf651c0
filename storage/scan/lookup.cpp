#include "storage/scan/lookup.h"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "storage/scan/count.h"
#include "storage/scan/ordered_rows.h"

namespace sleipnir::storage {
namespace {

/// A list so much longer than what is looked for in it is searched, not walked.
constexpr size_t kMuchLonger = 64;

/// Calls `visit(span)` for the run's spans of these streams that overlap the range, until it returns false.
template <class Visit>
void each_span(const Run& run, const StreamSet& streams, Nanos first, Nanos last, Visit visit) {
  if (run.last() < first || run.first() > last) return;
  const auto& spans = run.streams();
  const auto wanted = [&](const StreamSpan& span) { return span.first <= last && span.last >= first; };
  if (streams.count() > spans.size() / kMuchLonger) {
    for (const StreamSpan& span : spans)
      if (wanted(span) && streams.contains(span.stream->id) && !visit(span)) return;
    return;
  }
  bool more = true;
  streams.for_each([&](uint64_t id) {
    const auto span = std::lower_bound(spans.begin(), spans.end(), id, [](const StreamSpan& s, uint64_t wanted_id) { return s.stream->id < wanted_id; });
    if (more && span != spans.end() && span->stream->id == id && wanted(*span)) more = visit(*span);
  });
}

/// Runs, each with the streams whose rows have to be read in it.
class Undecided {
 public:
  void add(const std::shared_ptr<const Run>& run, uint64_t stream) {
    if (selection_.empty() || selection_.back().first != run) selection_.push_back({run, std::make_shared<StreamSet>()});
    selection_.back().second->add(stream);
  }
  void drop(const StreamSet& streams) {
    for (auto& [run, of_run] : selection_) of_run->subtract(streams);
  }
  RowSelection rows(Nanos first, Nanos last) const {
    RowSelection rows;
    for (const auto& [run, streams] : selection_) {
      if (!streams->empty()) rows.runs.push_back({run, streams});
    }
    rows.first = first;
    rows.last = last;
    rows.lines = false;
    return rows;
  }

 private:
  std::vector<std::pair<std::shared_ptr<const Run>, std::shared_ptr<StreamSet>>> selection_;
};

struct SpanOfRun {
  const std::shared_ptr<const Run>* run;
  StreamSpan span;
};

/// Whether the range encloses the span and no other span of the stream meets it.
bool decided(const std::vector<SpanOfRun>& spans, size_t i, Nanos first, Nanos last) {
  const StreamSpan& s = spans[i].span;
  if (s.first < first || s.last > last) return false;
  for (size_t j = 0; j < spans.size(); j++) {
    if (j != i && spans[j].span.first <= s.last && spans[j].span.last >= s.first) return false;
  }
  return true;
}

}  // namespace

bool may_hold(const Run& run, const StreamSet& streams, Nanos first, Nanos last) {
  bool found = false;
  each_span(run, streams, first, last, [&](const StreamSpan&) { return !(found = true); });
  return found;
}

Result<std::vector<const Stream*>> find_streams(const TenantStore& tenant, const std::vector<Matcher>& matchers, Nanos start, Nanos end) {
  Runs runs = tenant.runs(start, end);
  const auto matched = tenant.index().match(matchers, nullptr);
  if (!matched) return matched.error();
  StreamSet found;
  Undecided undecided;
  for (const auto& run : runs) {
    each_span(*run, *matched, start, end, [&](const StreamSpan& span) {
      if (span.first >= start || span.last <= end) {
        found.add(span.stream->id);
      } else if (!found.contains(span.stream->id)) {
        undecided.add(run, span.stream->id);
      }
      return true;
    });
  }
  undecided.drop(found);
  auto read = each_row(undecided.rows(start, end), [&](const Block& block, size_t row) {
    found.add(block.streams[row]->id);
    return Result<void>();
  });
  if (!read) return read.error();
  return tenant.index().streams(found);
}

Result<IndexStats> sum_streams(const TenantStore& tenant, const std::vector<Matcher>& matchers, Nanos start, Nanos end) {
  Runs runs = tenant.runs(start, end);
  const auto matched = tenant.index().match(matchers, nullptr);
  if (!matched) return matched.error();
  std::unordered_map<uint64_t, std::vector<SpanOfRun>> by_stream;
  for (const auto& run : runs) {
    each_span(*run, *matched, start, end, [&](const StreamSpan& span) {
      by_stream[span.stream->id].push_back({&run, span});
      return true;
    });
  }

  IndexStats sum;
  StreamSet counted, undecided;
  std::set<std::pair<uint64_t, const Run*>> chunks;
  std::vector<std::pair<uint64_t, const Run*>> enclosing;  // chunks only if a row is found between their first and last
  auto chunk_of = [](const Run& run) { return run.unsealed() ? nullptr : &run; };
  for (const auto& [stream, spans] : by_stream) {
    bool all_decided = true;
    for (size_t i = 0; i < spans.size(); i++) {
      bool encloses = spans[i].span.first < start && spans[i].span.last > end;
      auto chunk = std::pair(stream, chunk_of(**spans[i].run));
      encloses ? enclosing.push_back(chunk) : void(chunks.insert(chunk));
      all_decided = all_decided && decided(spans, i, start, end);
    }
    if (!all_decided) {
      undecided.add(stream);
      continue;
    }
    counted.add(stream);
    for (const SpanOfRun& s : spans) {
      sum.entries += s.span.rows;
      sum.bytes += s.span.line_bytes + s.span.metadata_bytes;
    }
  }
  if (!undecided.empty()) {
    auto rows = count_in(runs, undecided, {.edges = {start == INT64_MIN ? start : start - 1, end}, .metadata_names = std::vector<std::string>()});
    if (!rows) return rows.error();
    for (const Counted& c : *rows) {
      counted.add(c.stream->id);
      sum.entries += c.rows;
      sum.bytes += c.line_bytes + c.metadata_bytes;
    }
  }
  for (auto chunk : enclosing) {
    if (counted.contains(chunk.first)) chunks.insert(chunk);
  }
  sum.streams = counted.count();
  sum.chunks = chunks.size();
  return sum;
}

}  // namespace sleipnir::storage
