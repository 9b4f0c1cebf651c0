#include "api/config/limits_table.h"

#include "base/number.h"
#include "base/text.h"

namespace sleipnir::api {
namespace {

template <class... F>
struct Overloaded : F... { using F::operator()...; };
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

Result<bool> parse_bool(std::string_view text) {
  const std::string lower = to_lower(text);
  if (lower == "true" || lower == "yes" || lower == "on") return true;
  if (lower == "false" || lower == "no" || lower == "off") return false;
  return invalid("not a boolean: " + go_quote(text));
}

Result<uint64_t> parse_count(std::string_view text) {
  auto n = parse_go_int(text);
  if (!n) return n.error();
  if (*n < 0) return invalid("must not be negative: " + std::string(text));
  return static_cast<uint64_t>(*n);
}

std::string format_size(uint64_t bytes) {
  static constexpr const char* kUnits[] = {"B", "KB", "MB", "GB", "TB"};
  size_t unit = 0;
  while (bytes >= 1024 && bytes % 1024 == 0 && unit < 4) bytes /= 1024, ++unit;
  return std::to_string(bytes) + kUnits[unit];
}

Result<Nanos> parse_length(std::string_view text) {
  if (auto d = parse_prometheus_duration(text)) return *d;
  return parse_go_duration(text);
}

std::string list_text(const std::vector<std::string>& list, std::string_view separator) {
  std::string out = "[";
  for (const std::string& item : list) {
    if (out.size() > 1) out += separator;
    append_json_string(out, item);
  }
  return out + "]";
}

}  // namespace

// Loki's flagext.ByteSize: `256KB` is 262144.
Result<uint64_t> parse_size(std::string_view text) {
  const std::string upper = to_upper(text);
  const size_t digits = upper.find_first_not_of("0123456789.");
  auto number = parse_go_float(upper.substr(0, digits));
  if (!number) return invalid("not a size: " + go_quote(text));
  const std::string_view unit = trim_space(digits == upper.npos ? std::string_view() : std::string_view(upper).substr(digits));
  double factor = 1;
  static constexpr std::string_view kPrefixes = "KMGTP";
  if (!unit.empty() && unit != "B") {
    const size_t prefix = kPrefixes.find(unit[0]);
    const std::string_view rest = unit.substr(1);
    if (prefix == kPrefixes.npos || !(rest.empty() || rest == "B" || rest == "IB")) return invalid("not a size: " + go_quote(text));
    for (size_t i = 0; i <= prefix; ++i) factor *= 1024;
  }
  const double bytes = *number * factor;
  if (!(bytes >= 0 && bytes < 9e18)) return invalid("size out of range: " + go_quote(text));
  return static_cast<uint64_t>(bytes);
}

const std::vector<LimitField>& limit_fields() {
  using L = Limits;
  using B = LimitField::Bytes;
  static const std::vector<LimitField> fields = {
      {"allow_structured_metadata", &L::allow_structured_metadata},
      {"creation_grace_period", &L::creation_grace_period},
      {"deletion_mode", &L::deletion_mode},
      {"discover_log_levels", &L::discover_log_levels, true},
      {"discover_service_name", &L::discover_service_name, true},
      {"enforced_labels", &L::enforced_labels},
      {"increment_duplicate_timestamp", &L::increment_duplicate_timestamp},
      {"ingestion_burst_size_mb", &L::ingestion_burst_size_mb},
      {"ingestion_rate_mb", &L::ingestion_rate_mb},
      {"log_level_fields", &L::log_level_fields, true},
      {"max_concurrent_tail_requests", &L::max_concurrent_tail_requests},
      {"max_entries_limit_per_query", &L::max_entries_limit_per_query, true},
      {"max_global_streams_per_user", &L::max_global_streams_per_user},
      {"max_label_name_length", &L::max_label_name_length},
      {"max_label_names_per_series", &L::max_label_names_per_series},
      {"max_label_value_length", &L::max_label_value_length},
      {"max_line_size", B{&L::max_line_size}},
      {"max_line_size_truncate", &L::max_line_size_truncate, true},
      {"max_line_size_truncate_identifier", &L::max_line_size_truncate_identifier},
      {"max_query_length", &L::max_query_length, true},
      {"max_query_lookback", &L::max_query_lookback, true},
      {"max_query_range", &L::max_query_range, true},
      {"max_query_series", &L::max_query_series, true},
      {"max_streams_matchers_per_query", &L::max_streams_matchers_per_query},
      {"max_structured_metadata_entries_count", &L::max_structured_metadata_entries_count},
      {"max_structured_metadata_size", B{&L::max_structured_metadata_size}},
      {"metric_aggregation_enabled", &L::metric_aggregation_enabled, true},
      {"out_of_order_window", &L::out_of_order_window},
      {"per_stream_rate_limit", B{&L::per_stream_rate_limit}},
      {"per_stream_rate_limit_burst", B{&L::per_stream_rate_limit_burst}},
      {"query_timeout", &L::query_timeout, true},
      {"reject_old_samples", &L::reject_old_samples},
      {"reject_old_samples_max_age", &L::reject_old_samples_max_age},
      {"required_labels", &L::required_labels},
      {"required_number_labels", &L::required_number_labels},
      {"retention_period", &L::retention_period, true},
      {"ruler_max_rule_groups_per_tenant", &L::ruler_max_rule_groups_per_tenant},
      {"ruler_max_rules_per_rule_group", &L::ruler_max_rules_per_rule_group},
      {"shard_aggregations", &L::shard_aggregations},
      {"split_queries_by_interval", &L::split_queries_by_interval},
      {"volume_enabled", &L::volume_enabled, true},
      {"volume_max_series", &L::volume_max_series, true},
  };
  return fields;
}

Result<void> set_limit(Limits& limits, const LimitField& field, const std::vector<std::string>& texts) {
  if (const auto* list = std::get_if<std::vector<std::string> Limits::*>(&field.member)) {
    limits.*(*list) = texts;
    return {};
  }
  if (texts.size() != 1) return invalid("one value is expected");
  const std::string& text = texts[0];
  const auto store = [&](auto& to, auto parsed) -> Result<void> {
    if (!parsed) return parsed.error();
    to = *parsed;
    return {};
  };
  return std::visit(Overloaded{
                        [&](bool Limits::*m) { return store(limits.*m, parse_bool(text)); },
                        [&](double Limits::*m) { return store(limits.*m, parse_go_float(text)); },
                        [&](uint64_t Limits::*m) { return store(limits.*m, parse_count(text)); },
                        [&](Nanos Limits::*m) { return store(limits.*m, parse_length(text)); },
                        [&](LimitField::Bytes b) { return store(limits.*b.member, parse_size(text)); },
                        [&](std::string Limits::*m) { return store(limits.*m, Result<std::string>(text)); },
                        [&](std::vector<std::string> Limits::*) { return Result<void>(); },
                    },
                    field.member);
}

std::string limit_yaml(const Limits& limits, const LimitField& field) {
  return std::visit(Overloaded{
                        [&](bool Limits::*m) -> std::string { return limits.*m ? "true" : "false"; },
                        [&](double Limits::*m) { return format_sample(limits.*m); },
                        [&](uint64_t Limits::*m) { return std::to_string(limits.*m); },
                        [&](Nanos Limits::*m) { return format_prometheus_duration(limits.*m); },
                        [&](LimitField::Bytes b) { return format_size(limits.*b.member); },
                        [&](std::string Limits::*m) { return go_quote(limits.*m); },
                        [&](std::vector<std::string> Limits::*m) { return list_text(limits.*m, ", "); },
                    },
                    field.member);
}

std::string limit_json(const Limits& limits, const LimitField& field) {
  const std::string text = limit_yaml(limits, field);
  const bool quoted = std::holds_alternative<Nanos Limits::*>(field.member) || std::holds_alternative<LimitField::Bytes>(field.member);
  if (quoted) return go_quote(text);
  if (const auto* list = std::get_if<std::vector<std::string> Limits::*>(&field.member)) return list_text(limits.*(*list), ",");
  return text;
}

}  // namespace sleipnir::api
