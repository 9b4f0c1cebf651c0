#include "rules/alertmanager_message.h"

#include "base/text.h"

namespace sleipnir::rules {
namespace {

constexpr size_t kMostAlerts = 256;

void append_time(std::string& out, Nanos time) { append_json_string(out, format_rfc3339(time, true)); }

void append_labels(std::string& out, const LabelSet& labels) {
  out += '{';
  for (const Label& label : labels) {
    if (&label != &labels[0]) out += ',';
    append_json_string(out, label.name);
    out += ':';
    append_json_string(out, label.value);
  }
  out += '}';
}

void append_alert(std::string& out, const Notification& notification, const AlertLinks& links) {
  const Alert& alert = notification.alert;
  LabelSet labels = alert.labels;
  for (const Label& label : links.external_labels)
    if (!labels.contains(label.name)) labels.set(label.name, label.value);
  out += "{\"labels\":";
  append_labels(out, labels);
  out += ",\"annotations\":";
  append_labels(out, alert.annotations);
  out += ",\"startsAt\":";
  append_time(out, alert.fired_at);
  out += ",\"endsAt\":";
  append_time(out, alert.state == AlertState::kInactive ? alert.resolved_at : alert.valid_until);
  out += ",\"generatorURL\":";
  append_json_string(out, explore_link(notification.expr, links));
  out += '}';
}

std::string query_escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || std::string_view("-_.~").find(c) != std::string_view::npos) {
      out += c;
    } else if (c == ' ') {
      out += '+';
    } else {
      constexpr char kHex[] = "0123456789ABCDEF";
      const auto byte = static_cast<unsigned char>(c);
      out += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return out;
}

}  // namespace

std::string explore_link(const std::string& expr, const AlertLinks& links) {
  std::string query = "{\"queries\":[{\"expr\":";
  append_json_string(query, expr, true);
  query += ",\"queryType\":\"range\"";
  if (!links.datasource_uid.empty()) {
    query += ",\"datasource\":{\"type\":\"loki\",\"uid\":";
    append_json_string(query, links.datasource_uid);
    query += '}';
  }
  query += "}]}";
  return links.external_url + "/explore?left=" + query_escape(query);
}

std::vector<Message> alertmanager_messages(const std::string& tenant, const std::vector<Notification>& notifications, const AlertLinks& links) {
  std::vector<Message> messages;
  for (size_t begin = 0; begin < notifications.size(); begin += kMostAlerts) {
    const size_t end = std::min(begin + kMostAlerts, notifications.size());
    std::string body = "[";
    for (size_t i = begin; i < end; ++i) {
      if (i > begin) body += ',';
      append_alert(body, notifications[i], links);
    }
    body += ']';
    messages.push_back({tenant, std::make_shared<const std::string>(std::move(body)), end - begin});
  }
  return messages;
}

}  // namespace sleipnir::rules
