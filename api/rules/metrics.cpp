#include "api/rules/metrics.h"

#include "base/number.h"

namespace sleipnir::api {
namespace {

std::string escape(std::string_view value) {
  std::string out;
  for (const char c : value) {
    if (c == '\n') out += "\\n";
    else if (c == '"' || c == '\\') (out += '\\') += c;
    else out += c;
  }
  return out;
}

class Metrics {
 public:
  explicit Metrics(std::string& out) : out_(out) {}

  void declare(std::string name, std::string_view type, std::string_view help) {
    name_ = "sleipnir_" + std::move(name);
    out_ += "# HELP " + name_ + " " + std::string(help) + "\n# TYPE " + name_ + " " + std::string(type) + "\n";
  }
  void value(const LabelSet& labels, double value) {
    out_ += name_;
    for (const Label& label : labels) out_ += (&label == &labels[0] ? "{" : ",") + label.name + "=\"" + escape(label.value) + "\"";
    out_ += (labels.empty() ? " " : "} ") + format_sample(value) + "\n";
  }

 private:
  std::string& out_;
  std::string name_;
};

/// One metric of all deliveries of a kind.
void append_deliveries(Metrics& metrics, const rules::Receivers::Deliveries& deliveries, const std::string& prefix, std::string_view what) {
  using Stats = rules::DeliveryStats;
  struct { const char* name; const char* type; uint64_t Stats::* member; const char* help; } const kinds[] = {
      {"_sent_total", "counter", &Stats::sent, " that the receiver took."},
      {"_failed_total", "counter", &Stats::failed, " that it refused, or that became too old for another try."},
      {"_dropped_total", "counter", &Stats::dropped, " that made room for newer ones."},
      {"_waiting", "gauge", &Stats::waiting, " on their way."}};
  for (const auto& kind : kinds) {
    metrics.declare(prefix + kind.name, kind.type, std::string(what) + kind.help);
    for (const auto& delivery : deliveries) metrics.value({{"url", delivery->name()}}, static_cast<double>(delivery->stats().*kind.member));
  }
}

}  // namespace

void append_ruler_metrics(std::string& out, const rules::Ruler& ruler) {
  Metrics metrics(out);
  metrics.declare("rule_evaluations_total", "counter", "Rules evaluated.");
  metrics.value({}, static_cast<double>(ruler.metrics().evaluations));
  metrics.declare("rule_evaluation_failures_total", "counter", "Evaluations of rules that failed.");
  metrics.value({}, static_cast<double>(ruler.metrics().failures));
  metrics.declare("rule_group_iterations_missed_total", "counter", "Evaluations of groups left out because the one before took too long.");
  metrics.value({}, static_cast<double>(ruler.metrics().missed));
  metrics.declare("rule_group_last_duration_seconds", "gauge", "How long the last evaluation of a group took.");
  for (const auto& [key, duration] : ruler.durations())
    metrics.value({{"tenant", key.tenant}, {"namespace", key.name_space}, {"group", key.name}}, static_cast<double>(duration) / 1e9);
  append_deliveries(metrics, ruler.receivers().alertmanagers(), "notifications", "Alerts");
  append_deliveries(metrics, ruler.receivers().remote_writes(), "remote_write_samples", "Samples");
}

}  // namespace sleipnir::api
