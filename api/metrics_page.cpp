// GET /metrics in Prometheus's text form: what comes in and what is refused, how long answers take, what the store holds, what the process uses.
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "api/handlers.h"
#include "api/rules/metrics.h"
#include "api/version.h"
#include "base/number.h"

namespace sleipnir::api {
namespace {

/// Appends metrics, each with what Prometheus wants to know of it.
class Page {
 public:
  explicit Page(std::string& out) : out_(out) {}

  void describe(std::string_view name, std::string_view type, std::string_view help) {
    out_.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ").append(name).append(" ").append(type).append("\n");
  }
  void sample(std::string_view name, std::string_view labels, double value) {
    out_.append(name);
    if (!labels.empty()) out_.append("{").append(labels).append("}");
    append_sample(out_ += ' ', value);
    out_ += '\n';
  }
  void metric(std::string_view name, std::string_view type, std::string_view help, double value) {
    describe(name, type, help);
    sample(name, "", value);
  }
  void counter(std::string_view name, std::string_view help, double value) { metric(name, "counter", help, value); }
  void gauge(std::string_view name, std::string_view help, double value) { metric(name, "gauge", help, value); }

 private:
  std::string& out_;
};

double real(uint64_t n) { return static_cast<double>(n); }

void append_ingest(Page& page, const IngestMetrics& m) {
  page.counter("sleipnir_push_requests_total", "Pushes received.", real(m.requests));
  page.counter("sleipnir_push_requests_failed_total", "Pushes of which something was refused.", real(m.failed_requests));
  page.counter("sleipnir_received_lines_total", "Lines handed to the store.", real(m.lines));
  page.counter("sleipnir_received_bytes_total", "Bytes of lines and structured metadata handed to the store.", real(m.bytes));
  page.counter("sleipnir_duplicate_lines_total", "Lines that were stored already.", real(m.duplicates));
  page.counter("sleipnir_syslog_messages_total", "Syslog messages received.", real(m.syslog_messages));
  page.describe("sleipnir_discarded_lines_total", "counter", "Lines refused.");
  const std::pair<const char*, const std::atomic<uint64_t>&> reasons[] = {
      {"unreadable", m.unreadable},                   {"invalid_labels", m.invalid_labels},           {"greater_than_max_sample_age", m.greater_than_max_age},
      {"too_far_in_future", m.too_far_in_future},     {"line_too_long", m.line_too_long},             {"structured_metadata", m.structured_metadata},
      {"too_far_behind", m.too_far_behind},           {"stream_limit", m.stream_limit},               {"rate_limited", m.rate_limited},
      {"per_stream_rate_limit", m.per_stream_rate_limit}, {"syslog_lost", m.syslog_lost}};
  for (const auto& [reason, n] : reasons) page.sample("sleipnir_discarded_lines_total", "reason=\"" + std::string(reason) + "\"", real(n));
}

void append_store(Page& page, const storage::StoreStats& s) {
  page.gauge("sleipnir_wal_bytes", "Size of the write-ahead log.", real(s.wal_bytes));
  page.gauge("sleipnir_head_bytes", "Line bytes not sealed yet.", real(s.head_bytes));
  page.gauge("sleipnir_head_rows", "Lines not sealed yet.", real(s.head_rows));
  page.gauge("sleipnir_parts", "Sealed parts.", real(s.parts));
  page.gauge("sleipnir_part_bytes", "Bytes of sealed parts on disk.", real(s.part_bytes));
  page.gauge("sleipnir_part_rows", "Lines in sealed parts.", real(s.part_rows));
  page.gauge("sleipnir_streams", "Streams of all tenants.", real(s.streams));
  page.gauge("sleipnir_tenants", "Tenants with data.", real(s.tenants));
  page.gauge("sleipnir_damaged_parts", "Parts set aside because they are damaged.", real(s.set_aside));
}

void append_disk(Page& page, const std::filesystem::path& directory) {
  struct statvfs disk {};
  if (::statvfs(directory.c_str(), &disk) != 0) return;
  page.gauge("sleipnir_disk_free_bytes", "Free on the disk of the store.", real(disk.f_bavail) * real(disk.f_frsize));
  page.gauge("sleipnir_disk_bytes", "Size of the disk of the store.", real(disk.f_blocks) * real(disk.f_frsize));
}

/// Under the names that Prometheus's client libraries use.
void append_process(Page& page, Nanos started) {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; };
  page.counter("process_cpu_seconds_total", "Processor time used.", seconds(usage.ru_utime) + seconds(usage.ru_stime));
  uint64_t pages = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident;
  const double page_size = static_cast<double>(sysconf(_SC_PAGE_SIZE));
  page.gauge("process_virtual_memory_bytes", "Virtual memory.", real(pages) * page_size);
  page.gauge("process_resident_memory_bytes", "Resident memory.", real(resident) * page_size);
  page.gauge("process_start_time_seconds", "Unix time of the start.", static_cast<double>(started / kSecond));
  std::error_code error;
  const std::filesystem::directory_iterator descriptors("/proc/self/fd", error);
  if (!error) page.gauge("process_open_fds", "Open file descriptors.", static_cast<double>(std::distance(begin(descriptors), end(descriptors))));
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) page.gauge("process_max_fds", "File descriptors that may be open.", real(limit.rlim_cur));
}

}  // namespace

void metrics(Service& service, Request&, Response& response) {
  std::string out;
  Page page(out);
  page.describe("sleipnir_build_info", "gauge", "Version.");
  page.sample("sleipnir_build_info", "version=\"" + std::string(kVersion) + "\"", 1);
  append_ingest(page, service.ingest);
  page.gauge("sleipnir_push_memory_bytes", "Memory that pushes in progress hold, as it is counted.", real(service.push_memory.used()));
  page.gauge("sleipnir_push_memory_limit_bytes", "Memory that they may hold together.", real(service.push_memory.total()));
  page.gauge("sleipnir_query_memory_bytes", "Memory that queries in progress hold, as it is counted.", real(service.query_memory.used()));
  page.gauge("sleipnir_query_memory_limit_bytes", "Memory that they may hold together.", real(service.query_memory.most()));
  page.gauge("sleipnir_queries_in_progress", "Queries that run now.", real(service.queries.running));
  page.counter("sleipnir_query_rows_total", "Rows that queries looked at.", real(service.queries.rows));
  page.counter("sleipnir_query_bytes_total", "Line bytes that queries looked at.", real(service.queries.bytes));
  append_store(page, service.store.stats());
  append_disk(page, service.config.data_directory);
  append_process(page, service.started);
  append_ruler_metrics(out, service.ruler);
  service.http.append(out);
  service.queries.durations.append(out);
  response.set("text/plain; version=0.0.4; charset=utf-8; escaping=underscores", std::move(out));
}

}  // namespace sleipnir::api
