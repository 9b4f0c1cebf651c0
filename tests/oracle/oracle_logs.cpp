#include <algorithm>
#include <map>

#include "oracle/oracle.h"
#include "oracle/oracle_rows.h"

namespace sleipnir::testing {

using namespace logql;

Oracle::Oracle(std::vector<StoredEntry> entries) : entries_(std::move(entries)) {
  std::stable_sort(entries_.begin(), entries_.end(),
                   [](const StoredEntry& a, const StoredEntry& b) { return a.entry.timestamp < b.entry.timestamp; });
}

namespace {

struct Candidate {
  const StoredEntry* entry;
  bool match = false, shown = false;
  OracleRow row;
};

/// Marks the rows of the same stream around each match.
void show_context(std::vector<Candidate>& rows, size_t earlier, size_t later) {
  std::map<LabelSet, std::vector<size_t>> streams;
  for (size_t i = 0; i < rows.size(); ++i) streams[rows[i].entry->stream].push_back(i);
  for (const auto& [labels, positions] : streams)
    for (size_t i = 0; i < positions.size(); ++i)
      for (size_t j = 0; j < positions.size(); ++j)
        if (rows[positions[i]].match && (j <= i ? i - j <= earlier : j - i <= later)) rows[positions[j]].shown = true;
}

}  // namespace

OracleLogs Oracle::logs(const LogExpr& query, const LogQuery& q) const {
  InSets in_sets;
  for (const LabelFilter::In* in : in_filters(query.stages)) {
    auto inner = logs(*in->query, {.start = q.start, .end = q.end, .limit = 0});
    if (!inner.errors.empty()) return inner;
    auto values = std::make_shared<std::set<std::string, std::less<>>>();
    for (const OracleRow& row : inner.rows)
      if (auto* v = row.labels.find(in->label_of_query)) values->insert(*v);
    in_sets[in] = values;
  }
  std::vector<Stage> stages;
  const DistinctStage* distinct = nullptr;
  const ContextStage* context = nullptr;
  for (const Stage& s : query.stages) {
    if (auto* d = std::get_if<DistinctStage>(&s)) distinct = d;
    else if (auto* c = std::get_if<ContextStage>(&s)) context = c;
    else stages.push_back(s);
  }
  auto pipeline = Pipeline::compile(stages, {}, {}, in_sets);
  if (!pipeline.ok()) return {{}, {pipeline.error().kind}};
  auto runner = (*pipeline)->runner();

  std::vector<Candidate> rows;
  for (const StoredEntry& e : entries_)
    if (selected(e.stream, query.matchers) && q.start <= e.entry.timestamp && e.entry.timestamp < q.end) rows.push_back({&e});
  if (q.direction == Direction::kBackward) std::reverse(rows.begin(), rows.end());
  std::set<std::vector<std::string>> seen;
  for (Candidate& c : rows) {
    ProcessedRow out;
    c.match = runner->run(c.entry->stream, c.entry->entry.metadata, c.entry->entry.timestamp, c.entry->entry.line, out);
    if (c.match && distinct) {
      std::vector<std::string> tuple;
      for (const std::string& name : distinct->labels) tuple.emplace_back(out.labels->get(name).value_or(""));
      c.match = seen.insert(tuple).second;
    }
    if (c.match) {
      c.row = {c.entry->entry.timestamp, std::string(out.line), out.labels->merged()};
    } else {
      RowLabels raw;
      raw.reset(c.entry->stream, c.entry->entry.metadata);
      c.row = {c.entry->entry.timestamp, std::string(c.entry->entry.line), raw.merged()};
    }
    c.shown = c.match;
  }
  if (context) {
    bool forward = q.direction == Direction::kForward;
    show_context(rows, forward ? context->before : context->after, forward ? context->after : context->before);
  }
  OracleLogs answer;
  for (const Candidate& c : rows) {
    if (!c.shown || (q.limit != 0 && answer.rows.size() == q.limit)) continue;
    bool close = !answer.rows.empty() && std::abs(c.row.timestamp - answer.rows.back().timestamp) < q.interval;
    if (!close) answer.rows.push_back(c.row);
  }
  return answer;
}

}  // namespace sleipnir::testing
