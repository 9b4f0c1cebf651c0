#include "rules/receivers.h"

#include "rules/remote_write_message.h"

namespace sleipnir::rules {
namespace {

/// A few minutes of ten thousand series each 15 seconds.
constexpr size_t kMostSamples = 200'000;
/// Receivers refuse samples that come much later.
constexpr Nanos kMostSampleAge = 15 * kMinute;

Endpoint alertmanager(const Options& options, std::string url) {
  Endpoint endpoint = options.alertmanager_client;
  while (url.ends_with('/')) url.pop_back();
  endpoint.url = std::move(url.append(kAlertsPath));
  endpoint.headers.emplace_back("Content-Type", "application/json");
  return endpoint;
}

Endpoint remote_write(Endpoint endpoint) {
  endpoint.headers.emplace_back("Content-Type", "application/x-protobuf");
  endpoint.headers.emplace_back("Content-Encoding", "snappy");
  endpoint.headers.emplace_back("X-Prometheus-Remote-Write-Version", "0.1.0");
  return endpoint;
}

Result<void> add(std::vector<std::unique_ptr<Delivery>>& deliveries, Endpoint endpoint, DeliveryBounds bounds) {
  auto delivery = Delivery::open(std::move(endpoint), bounds);
  if (!delivery) return delivery.error();
  deliveries.push_back(std::move(*delivery));
  return {};
}

void push_all(const std::vector<std::unique_ptr<Delivery>>& deliveries, const std::vector<Message>& messages) {
  for (const auto& delivery : deliveries)
    for (const Message& message : messages) delivery->push(message);
}

}  // namespace

Result<std::unique_ptr<Receivers>> Receivers::open(const Options& options) {
  auto receivers = std::make_unique<Receivers>();
  receivers->links_ = {options.external_labels, options.external_url, options.datasource_uid};
  for (const std::string& url : options.alertmanager_urls)
    if (auto done = add(receivers->alertmanagers_, alertmanager(options, url), {.most_items = options.notification_queue_capacity}); !done) return done.error();
  for (const Endpoint& endpoint : options.remote_write)
    if (auto done = add(receivers->remote_writes_, remote_write(endpoint), {.most_items = kMostSamples, .most_age = kMostSampleAge}); !done) return done.error();
  return receivers;
}

void Receivers::notify(const std::string& tenant, const std::vector<Notification>& notifications) {
  if (!alertmanagers_.empty()) push_all(alertmanagers_, alertmanager_messages(tenant, notifications, links_));
}

void Receivers::write(const std::string& tenant, const std::vector<VectorSample>& samples, Nanos at) {
  if (!remote_writes_.empty()) push_all(remote_writes_, remote_write_messages(tenant, samples, at));
}

}  // namespace sleipnir::rules
