#include "base/scan.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "base/number.h"
#include "base/text.h"

namespace sleipnir {
namespace {

std::string_view compare_text(Predicate::Compare c) {
  switch (c) {
    case Predicate::Compare::kEqual: return "=";
    case Predicate::Compare::kNotEqual: return "!=";
    case Predicate::Compare::kRegex: return "=~";
    case Predicate::Compare::kNotRegex: return "!~";
    case Predicate::Compare::kLess: return "<";
    case Predicate::Compare::kLessEqual: return "<=";
    case Predicate::Compare::kGreater: return ">";
    case Predicate::Compare::kGreaterEqual: return ">=";
  }
  return "";
}

bool is_numeric(Predicate::Compare c) { return c >= Predicate::Compare::kLess; }

std::string join(const std::vector<Predicate>& children, std::string_view separator) {
  std::string out;
  for (const Predicate& p : children) {
    if (!out.empty()) out += separator;
    out += to_string(p);
  }
  return out;
}

using PairAddress = std::pair<const Stream*, const LabelSet*>;
struct PairHash {
  size_t operator()(const PairAddress& a) const { return reinterpret_cast<uintptr_t>(a.first) * 0x9e3779b97f4a7c15u ^ reinterpret_cast<uintptr_t>(a.second); }
};

}  // namespace

std::span<const Stretch> Batch::stretches() {
  const auto times = timestamps();
  if (!stretches_.empty()) return stretches_;
  for (uint32_t i = 0; i < times.size(); ++i) {
    if (i == 0 || times[i] < times[i - 1]) stretches_.push_back({i, times[i], times[i]});
    stretches_.back().end = i + 1;
    stretches_.back().last = times[i];
  }
  return stretches_;
}

RowTime Batch::first_after(uint32_t row, uint32_t end, Nanos time) {
  const auto times = timestamps().subspan(row, end - row);
  const auto at = std::upper_bound(times.begin(), times.end(), time);
  return {row + static_cast<uint32_t>(at - times.begin()), at == times.end() ? 0 : *at};
}

void Batch::find_pairs() {
  if (!pair_codes_.empty()) return;
  std::unordered_map<PairAddress, uint32_t, PairHash> known;
  const auto stream = streams();
  pair_codes_.reserve(rows());
  for (size_t row = 0; row < rows(); ++row) {
    const LabelSet& set = metadata(row);
    const auto [at, is_new] = known.try_emplace({stream[row], &set}, static_cast<uint32_t>(pairs_.size()));
    if (is_new) pairs_.push_back({stream[row], &set});
    pair_codes_.push_back(at->second);
  }
}

std::span<const RowPair> Batch::pairs() {
  find_pairs();
  return pairs_;
}

std::span<const uint32_t> Batch::pair_codes() {
  find_pairs();
  return pair_codes_;
}

std::span<const uint32_t> Batch::line_lengths() {
  if (line_lengths_.size() == rows()) return line_lengths_;
  for (size_t row = 0; row < rows(); ++row) line_lengths_.push_back(line_bytes(row));
  return line_lengths_;
}

std::string to_string(const Predicate& p) {
  switch (p.kind) {
    case Predicate::Kind::kAnd: return p.children.empty() ? "true" : "(" + join(p.children, " and ") + ")";
    case Predicate::Kind::kOr: return "(" + join(p.children, " or ") + ")";
    case Predicate::Kind::kNot: return "not " + join(p.children, " ");
    case Predicate::Kind::kLineContains: return "line contains " + go_quote(p.text);
    case Predicate::Kind::kLineRegex: return "line matches " + go_quote(p.text);
    case Predicate::Kind::kField:
    case Predicate::Kind::kMetadata: {
      std::string out = p.kind == Predicate::Kind::kMetadata ? "metadata " : p.parser == Predicate::Parser::kLogfmt ? "logfmt " : "json ";
      out += p.field;
      for (size_t i = 0; i < p.path.size(); ++i) out += (i ? "." : "=") + p.path[i];
      out += compare_text(p.compare);
      return out + (is_numeric(p.compare) ? format_sample(p.number) : go_quote(p.text));
    }
  }
  return "";
}

std::string to_string(const ScanRequest& r) {
  std::string out = r.tenant + " {";
  for (size_t i = 0; i < r.matchers.size(); ++i) out += (i ? ", " : "") + r.matchers[i].to_string();
  out += "} [" + std::to_string(r.start) + ", " + std::to_string(r.end) + ") ";
  out += r.order == ScanRequest::Order::kAny ? "any order" : r.direction == Direction::kForward ? "forward" : "backward";
  if (!r.need_lines) out += ", no lines";
  if (r.metadata_names) out += ", metadata";
  for (const std::string& name : r.metadata_names.value_or(std::vector<std::string>())) out += " " + name;
  if (r.limit_hint) out += ", limit " + std::to_string(r.limit_hint);
  for (const WantedField& f : r.fields) out += ", field " + f.name;
  return out + " where " + to_string(r.where);
}

Result<void> Cancellation::check() const {
  if (cancelled.load(std::memory_order_relaxed)) return Error{ErrorKind::kCancelled, "the request was cancelled by the client"};
  if (std::chrono::steady_clock::now() >= deadline)
    return Error{ErrorKind::kTimeout, "request timed out, decrease the duration of the request or add more label matchers (prefer exact match over regex match) to reduce the amount of data processed"};
  return {};
}

}  // namespace sleipnir
