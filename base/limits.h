#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"

namespace sleipnir {

/// Limits under Loki's names (limits_config). 0 means no limit unless stated. The member initialisers are Loki's defaults, which
/// `--strict` uses; `roomy()` is what the product starts with.
struct Limits {
  // queries
  uint64_t max_entries_limit_per_query = 5000;
  Nanos max_query_length = 721 * kHour;
  uint64_t max_query_series = 500;
  Nanos max_query_range = 0;
  Nanos max_query_lookback = 0;
  Nanos query_timeout = kMinute;
  uint64_t max_streams_matchers_per_query = 1000;
  Nanos split_queries_by_interval = kHour;  ///< only its observable effect: != 0 aligns range queries to their step
  uint64_t max_concurrent_tail_requests = 10;
  bool volume_enabled = true;
  uint64_t volume_max_series = 1000;
  std::vector<std::string> required_labels;
  uint64_t required_number_labels = 0;
  std::vector<std::string> shard_aggregations;  ///< approx_topk is refused unless it is listed

  // ingestion
  double ingestion_rate_mb = 4, ingestion_burst_size_mb = 6;
  uint64_t per_stream_rate_limit = 3ull << 20, per_stream_rate_limit_burst = 15ull << 20;  ///< bytes a second, bytes
  uint64_t max_line_size = 256 << 10;
  bool max_line_size_truncate = false;
  std::string max_line_size_truncate_identifier;
  uint64_t max_label_names_per_series = 15, max_label_name_length = 1024, max_label_value_length = 2048;
  bool reject_old_samples = true;
  Nanos reject_old_samples_max_age = 7 * kDay;
  Nanos creation_grace_period = 10 * kMinute;
  Nanos schema_start = 1603497600 * kSecond;  ///< 2020-10-24, where the schema of Loki's shipped configuration begins: no stream is older; no option
  Nanos out_of_order_window = kHour;  ///< half of Loki's max_chunk_age: an entry may be this much behind its stream's newest
  uint64_t max_global_streams_per_user = 5000;
  bool allow_structured_metadata = true;
  uint64_t max_structured_metadata_size = 64 << 10, max_structured_metadata_entries_count = 128;
  bool increment_duplicate_timestamp = false;
  std::vector<std::string> enforced_labels;
  bool discover_log_levels = true;
  std::vector<std::string> discover_service_name = {"service", "app", "application", "app_name", "name", "app_kubernetes_io_name", "container", "container_name", "k8s_container_name", "component", "workload", "job", "k8s_job_name"};
  std::vector<std::string> log_level_fields = {"level", "LEVEL", "Level", "log.level", "severity", "SEVERITY", "Severity", "SeverityText", "lvl", "LVL", "Lvl", "severity_text", "Severity_Text", "SEVERITY_TEXT"};
  Nanos retention_period = 0;
  uint64_t ruler_max_rules_per_rule_group = 0, ruler_max_rule_groups_per_tenant = 0;
  std::string deletion_mode = "filter-and-delete";
  bool metric_aggregation_enabled = false;
  bool pattern_ingester_enabled = true;

  static Limits loki() { return {}; }
  static Limits roomy();
};

}  // namespace sleipnir
