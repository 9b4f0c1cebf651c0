#pragma once
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "rules/alertmanager_message.h"
#include "rules/delivery.h"
#include "rules/options.h"

namespace sleipnir::rules {

/// Everybody who hears of alerts and of recorded series. Any thread.
class Receivers {
 public:
  /// Errors (kInvalid): a URL of the options.
  static Result<std::unique_ptr<Receivers>> open(const Options& options);

  /// Queues; never waits.
  void notify(const std::string& tenant, const std::vector<Notification>& notifications);
  void write(const std::string& tenant, const std::vector<VectorSample>& samples, Nanos at);

  using Deliveries = std::vector<std::unique_ptr<Delivery>>;
  const Deliveries& alertmanagers() const { return alertmanagers_; }
  const Deliveries& remote_writes() const { return remote_writes_; }

 private:
  AlertLinks links_;
  Deliveries alertmanagers_, remote_writes_;
};

}  // namespace sleipnir::rules
