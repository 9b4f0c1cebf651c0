#include "api/syslog/batch.h"

#include "api/syslog/message.h"

namespace sleipnir::api {

void SyslogBatch::add(std::string_view message, std::string_view peer, Nanos received) {
  SyslogMessage m = parse_syslog(message);
  if (m.host.empty()) m.host = peer;
  std::string key;
  for (const auto part : {m.host, m.app, m.facility, m.level}) key.append(part) += '\0';
  const auto [it, fresh] = by_labels_.try_emplace(std::move(key), streams_.size());
  if (fresh) {
    LabelSet labels{{"facility", std::string(m.facility)}, {"host", std::string(m.host)}, {"level", std::string(m.level)}};
    if (!m.app.empty()) labels.set("app", m.app);
    streams_.emplace_back().labels = std::move(labels);
  }
  streams_[it->second].entries.push_back({m.time.value_or(received), std::string(m.line), std::move(m.metadata)});
  bytes_ += message.size();
  ++messages_;
}

std::vector<ReceivedStream> SyslogBatch::take() {
  by_labels_.clear();
  bytes_ = messages_ = 0;
  return std::exchange(streams_, {});
}

}  // namespace sleipnir::api
