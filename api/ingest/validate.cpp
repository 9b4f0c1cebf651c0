#include "api/ingest/validate.h"

#include <algorithm>
#include <limits>

#include "api/ingest/labels.h"
#include "api/ingest/level.h"

namespace sleipnir::api {
namespace {

std::string number(uint64_t n) { return std::to_string(n); }

std::string name_of(std::span<const Label> labels) { return label_string({labels.begin(), labels.end()}); }

const Label* find(std::span<const Label> labels, std::string_view name) {
  const auto it = std::find_if(labels.begin(), labels.end(), [&](const Label& label) { return label.name == name; });
  return it == labels.end() ? nullptr : &*it;
}

}  // namespace

void Complaints::add(std::string text) {
  if (counts_.size() < kMaxTexts) ++counts_[std::move(text)];
  else if (const auto it = counts_.find(text); it != counts_.end()) ++it->second;
  else ++others_;
}

std::string Complaints::join() const {
  if (counts_.size() == 1 && counts_.begin()->second == 1) return counts_.begin()->first;
  std::string text;
  for (const auto& [message, count] : counts_) {
    if (!text.empty()) text += "; ";
    text += number(count) + " errors like: " + message;
  }
  if (others_ > 0) text += "; " + number(others_) + " other errors";
  return text;
}

Validator::Validator(const Limits& limits, const std::string& tenant, Nanos now, IngestMetrics& metrics)
    : limits_(limits),
      tenant_(tenant),
      oldest_(limits.reject_old_samples ? now - limits.reject_old_samples_max_age : std::numeric_limits<Nanos>::min()),
      newest_(limits.creation_grace_period > 0 ? now + limits.creation_grace_period : std::numeric_limits<Nanos>::max() - 1),  // no query reaches the last one: ranges end before their end
      metrics_(metrics) {}

std::string Validator::check_stream(std::span<const Label> labels, size_t entries) const {
  std::string fault = check_labels(labels);
  if (fault.empty()) fault = missing_labels(labels);
  if (!fault.empty()) metrics_.invalid_labels += entries;
  return fault;
}

std::string Validator::check_labels(std::span<const Label> labels) const {
  if (labels.empty()) return "error at least one label pair is required per stream";
  const size_t names = labels.size() - (find(labels, "service_name") != nullptr);
  if (limits_.max_label_names_per_series && names > limits_.max_label_names_per_series)
    return "entry for stream '" + name_of(labels) + "' has " + number(names) + " label names; limit " + number(limits_.max_label_names_per_series);
  const std::string* previous = nullptr;
  for (const Label& label : labels) {
    if (limits_.max_label_name_length && label.name.size() > limits_.max_label_name_length)
      return "stream '" + name_of(labels) + "' has label name too long: '" + label.name + "'";
    if (limits_.max_label_value_length && label.value.size() > limits_.max_label_value_length)
      return "stream '" + name_of(labels) + "' has label value too long: '" + label.value + "'";
    if (previous && *previous == label.name) return "stream '" + name_of(labels) + "' has duplicate label name: '" + label.name + "'";
    previous = &label.name;
  }
  return {};
}

std::string Validator::missing_labels(std::span<const Label> labels) const {
  std::string missing;
  for (const std::string& name : limits_.enforced_labels) {
    if (find(labels, name)) continue;
    if (!missing.empty()) missing += ',';
    missing += name;
  }
  if (missing.empty()) return {};
  return "missing required labels '" + missing + "' for user '" + tenant_ + "' for stream '" + name_of(labels) + "' (policy: '')";
}

std::string Validator::check_entry(const ReceivedEntry& entry, const LabelSet& labels) const {
  if (entry.timestamp < oldest_) {
    ++metrics_.greater_than_max_age;
    return "entry for stream '" + labels.to_string() + "' has timestamp too old: " + format_rfc3339(entry.timestamp, false) +
           ", oldest acceptable timestamp is: " + format_rfc3339(oldest_, false);
  }
  if (entry.timestamp > newest_) {
    ++metrics_.too_far_in_future;
    return "entry for stream '" + labels.to_string() + "' has timestamp too new: " + format_rfc3339(entry.timestamp, false);
  }
  if (limits_.max_line_size && entry.line.size() > limits_.max_line_size) {
    ++metrics_.line_too_long;
    return "max entry size '" + number(limits_.max_line_size) + "' bytes exceeded for stream '" + labels.to_string() +
           "' while adding an entry with length '" + number(entry.line.size()) + "' bytes";
  }
  if (entry.metadata.empty()) return {};
  std::string fault = check_metadata(entry, labels);
  if (!fault.empty()) ++metrics_.structured_metadata;
  return fault;
}

std::string Validator::check_metadata(const ReceivedEntry& entry, const LabelSet& labels) const {
  const auto advice = [](const char* limit, const char* cure) {
    return std::string(". Please see `limits_config.") + limit + "` or contact your Loki administrator to " + cure + " it";
  };
  if (!limits_.allow_structured_metadata)
    return "stream '" + labels.to_string() + "' includes structured metadata, but this feature is disallowed" +
           advice("allow_structured_metadata", "enable");
  const uint64_t bytes = metadata_bytes(entry.metadata), count = entry.metadata.size();
  if (limits_.max_structured_metadata_size && bytes > limits_.max_structured_metadata_size)
    return "stream '" + labels.to_string() + "' has structured metadata too large: '" + number(bytes) + "' bytes, limit: '" +
           number(limits_.max_structured_metadata_size) + "' bytes" + advice("max_structured_metadata_size", "increase");
  if (limits_.max_structured_metadata_entries_count && count > limits_.max_structured_metadata_entries_count)
    return "stream '" + labels.to_string() + "' has too many structured metadata labels: '" + number(count) + "', limit: '" +
           number(limits_.max_structured_metadata_entries_count) + "'" + advice("max_structured_metadata_entries_count", "increase");
  return {};
}

void Validator::truncate(LineText& line) const {
  if (!limits_.max_line_size_truncate || !limits_.max_line_size || line.size() <= limits_.max_line_size) return;
  const std::string& mark = limits_.max_line_size_truncate_identifier;
  line = std::string(line.view().substr(0, limits_.max_line_size - std::min<uint64_t>(mark.size(), limits_.max_line_size))) + mark;
}

uint64_t metadata_bytes(const std::vector<Label>& metadata) {
  uint64_t bytes = 0;
  for (const Label& label : metadata)
    if (label.name != kDetectedLevel) bytes += label.name.size() + label.value.size();
  return bytes;
}

}  // namespace sleipnir::api
