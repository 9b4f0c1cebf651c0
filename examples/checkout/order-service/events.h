// The Kafka producer.
#pragma once

#include <librdkafka/rdkafkacpp.h>

#include <memory>
#include <string>

#include "request_context.h"

struct Delivered {
  int partition = -1;
  std::string error;  // empty: the broker has the record
};

class Events {
 public:
  // Throws std::runtime_error for brokers that librdkafka does not take.
  explicit Events(const std::string& brokers);

  // Waits until the broker has the record, at most 5 s. `key` decides the partition. Safe for several threads.
  Delivered publish(const std::string& topic, const std::string& key, const std::string& value, const Headers& headers);

 private:
  struct Report : RdKafka::DeliveryReportCb {
    void dr_cb(RdKafka::Message& message) override;
  };
  Report report_;
  std::unique_ptr<RdKafka::Producer> producer_;
};
