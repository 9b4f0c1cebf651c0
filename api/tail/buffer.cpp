#include "api/tail/buffer.h"

#include <algorithm>

#include "api/query/encode.h"
#include "base/text.h"

namespace sleipnir::api {

TailEntry encode_tail_entry(Nanos timestamp, std::string_view line, const LabelSet& stream, const std::optional<TailCategories>& categories) {
  TailEntry entry{.timestamp = timestamp, .json = "{\"stream\":"};
  std::string& out = entry.json;
  append_labels(out, stream);
  entry.labels_size = out.size() - TailEntry::kLabelsAt;
  ((out += ",\"values\":[[\"") += std::to_string(timestamp)) += "\",";
  append_json_string(out, line, true);
  if (categories) {
    out += ",{";
    if (!categories->metadata.empty()) append_labels(out += "\"structuredMetadata\":", categories->metadata);
    if (!categories->metadata.empty() && !categories->parsed.empty()) out += ',';
    if (!categories->parsed.empty()) append_labels(out += "\"parsed\":", categories->parsed);
    out += '}';
  }
  out += "]]}";
  return entry;
}

TailEntry encode_legacy_tail_entry(Nanos timestamp, std::string_view line, const LabelSet& stream) {
  TailEntry entry{.timestamp = timestamp, .json = "{\"labels\":"};
  std::string& out = entry.json;
  append_json_string(out, stream.to_string(), true);
  entry.labels_size = out.size() - TailEntry::kLabelsAt;
  (out += ",\"entries\":[{\"ts\":\"") += format_rfc3339(timestamp, true);
  append_json_string(out += "\",\"line\":", line, true);
  out += "}]}";
  return entry;
}

void TailBuffer::add(TailEntry entry, Nanos now, bool drop) {
  if (delay_ == 0) return make_ready(std::move(entry), drop);
  if (drop && waiting_bytes_ >= kMostBytes) return note({{entry.timestamp, std::string(entry.labels())}});
  waiting_bytes_ += entry.json.size();
  const Nanos due = std::min(entry.timestamp, now) + delay_;
  waiting_.emplace(due, std::move(entry));
}

void TailBuffer::release(Nanos now, bool drop) {
  while (!waiting_.empty() && waiting_.begin()->first <= now) {
    TailEntry entry = std::move(waiting_.begin()->second);
    waiting_.erase(waiting_.begin());
    waiting_bytes_ -= entry.json.size();
    make_ready(std::move(entry), drop);
  }
}

void TailBuffer::make_ready(TailEntry entry, bool drop) {
  if (drop && many_ready()) return note({{entry.timestamp, std::string(entry.labels())}});
  ready_bytes_ += entry.json.size();
  ready_.push_back(std::move(entry));
}

void TailBuffer::note(std::vector<DroppedEntry> dropped) {
  for (DroppedEntry& entry : dropped)
    if (dropped_.size() < TailQueue::kMostNoted) dropped_.push_back(std::move(entry));
}

std::optional<Nanos> TailBuffer::next_due() const {
  if (waiting_.empty()) return {};
  return waiting_.begin()->first;
}

std::string TailBuffer::frame() {
  if (ready_.empty() && dropped_.empty()) return {};
  std::string out = "{\"streams\":[";
  for (size_t n = 0; n < kFrameEntries && !ready_.empty() && (n == 0 || out.size() + ready_.front().json.size() <= kFrameBytes); ++n) {
    if (n > 0) out += ',';
    ready_bytes_ -= ready_.front().json.size();
    out += ready_.front().json;
    ready_.pop_front();
  }
  out += ']';
  append_dropped(out);
  if (!flags_.empty()) append_strings(out += ",\"encodingFlags\":", flags_);
  return out += form_ == TailForm::kLegacy ? "}\n" : "}";
}

void TailBuffer::append_dropped(std::string& out) {
  if (dropped_.empty()) {
    if (form_ == TailForm::kLegacy) out += ",\"dropped_entries\":null";
    return;
  }
  out += ",\"dropped_entries\":";
  char separator = '[';
  for (const DroppedEntry& entry : dropped_) {
    out += separator;
    out += "{\"timestamp\":\"" + std::to_string(entry.timestamp) + "\",\"labels\":" + entry.labels + '}';
    separator = ',';
  }
  out += ']';
  dropped_.clear();
}

}  // namespace sleipnir::api
