#include "api/ingest/otlp_mapping.h"

#include <algorithm>

#include "api/ingest/enrich_service_name.h"
#include "api/ingest/metadata_names.h"
#include "api/ingest/otlp_value.h"

namespace sleipnir::api {
namespace {

bool is_indexed(std::string_view attribute) { return std::find(kOtlpLabels.begin(), kOtlpLabels.end(), attribute) != kOtlpLabels.end(); }

/// Appends an attribute under its normalised name; a map becomes one label a member, `parent_child`.
Result<void> flatten(const std::string& key, const OtlpValue& value, std::vector<Label>& out) {
  const auto fail = [](const Error& error) { return invalid("symbolizer lookup: " + error.message); };
  auto name = normalize_metadata_name(key);
  if (!name) return fail(name.error());
  if (value.kind != OtlpValue::Kind::kMap) {
    out.push_back({std::move(*name), to_text(value)});
    return {};
  }
  for (const OtlpAttribute& member : value.members)
    if (auto done = flatten(*name + "_" + member.key, member.value, out); !done) return fail(done.error());
  return {};
}

Result<void> flatten_all(const std::vector<OtlpAttribute>& attributes, std::vector<Label>& out) {
  for (const OtlpAttribute& attribute : attributes)
    if (auto done = flatten(attribute.key, attribute.value, out); !done) return done;
  return {};
}

std::string to_hex(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (const char c : bytes) {
    hex += kDigits[static_cast<uint8_t>(c) >> 4];
    hex += kDigits[c & 15];
  }
  return hex;
}

void add_text(std::vector<Label>& out, const char* name, std::string text) {
  if (!text.empty()) out.push_back({name, std::move(text)});
}

void add_number(std::vector<Label>& out, const char* name, uint64_t n) {
  if (n != 0) out.push_back({name, std::to_string(n)});
}

/// An id of nothing but zeros counts as missing.
void add_id(std::vector<Label>& out, const char* name, const std::string& id) {
  if (id.find_first_not_of('\0') != std::string::npos) out.push_back({name, to_hex(id)});
}

/// What one copy of the labels takes.
uint64_t footprint(const std::vector<Label>& labels) {
  uint64_t bytes = 0;
  for (const Label& label : labels) bytes += sizeof(Label) + label.name.size() + label.value.size();
  return bytes;
}

Nanos to_time(uint64_t nanos) { return static_cast<Nanos>(std::min<uint64_t>(nanos, INT64_MAX)); }

/// The record's own metadata; that of its resource and scope is appended by the caller.
Result<ReceivedEntry> entry_of(OtlpRecord& record, Nanos now) {
  ReceivedEntry entry;
  entry.timestamp = record.time ? to_time(record.time) : record.observed_time ? to_time(record.observed_time) : now;
  entry.line = record.body.kind == OtlpValue::Kind::kString ? std::move(record.body.text) : to_text(record.body);
  std::vector<Label>& metadata = entry.metadata;
  if (auto done = flatten_all(record.attributes, metadata); !done) return done.error();
  if (record.time && record.observed_time) add_number(metadata, "observed_timestamp", record.observed_time);
  if (record.severity_number != 0) metadata.push_back({"severity_number", std::to_string(record.severity_number)});
  add_text(metadata, "severity_text", std::move(record.severity_text));
  add_number(metadata, "dropped_attributes_count", record.dropped_attributes);
  add_number(metadata, "flags", record.flags);
  add_id(metadata, "trace_id", record.trace_id);
  add_id(metadata, "span_id", record.span_id);
  add_text(metadata, "event_name", std::move(record.event_name));
  return entry;
}

/// Splits a resource's attributes into labels and metadata, and names the service.
Result<LabelSet> labels_of(const OtlpResource& resource, const Limits& limits, std::vector<Label>& metadata) {
  std::vector<Label> pairs;
  for (const OtlpAttribute& attribute : resource.attributes)
    if (auto done = flatten(attribute.key, attribute.value, is_indexed(attribute.key) ? pairs : metadata); !done) return done.error();
  std::erase_if(pairs, [](const Label& label) { return label.value.empty(); });
  LabelSet labels(std::move(pairs));
  add_service_name(labels, limits.discover_service_name);
  return labels;
}

}  // namespace

Result<std::vector<ReceivedStream>> streams_of(OtlpRequest request, const Limits& limits, Nanos now) {
  std::vector<ReceivedStream> streams;
  DecodeBudget budget;
  for (OtlpResource& resource : request) {
    ReceivedStream stream;
    std::vector<Label> of_resource;
    auto labels = labels_of(resource, limits, of_resource);
    if (!labels) return labels.error();
    stream.labels = std::move(*labels);
    for (OtlpScope& scope : resource.scopes) {
      std::vector<Label> shared = of_resource;
      if (auto done = flatten_all(scope.attributes, shared); !done) return done.error();
      add_text(shared, "scope_name", scope.name);
      add_text(shared, "scope_version", scope.version);
      add_number(shared, "scope_dropped_attributes_count", scope.dropped_attributes);
      budget.charge(footprint(shared) * scope.records.size());  // each record gets a copy
      if (budget.exhausted()) return DecodeBudget::error();
      for (OtlpRecord& record : scope.records) {
        auto entry = entry_of(record, now);
        if (!entry) return entry.error();
        entry->metadata.insert(entry->metadata.end(), shared.begin(), shared.end());
        stream.entries.push_back(std::move(*entry));
      }
    }
    if (!stream.entries.empty()) streams.push_back(std::move(stream));
  }
  return streams;
}

}  // namespace sleipnir::api
