#include "events.h"

#include <chrono>
#include <future>
#include <stdexcept>

using Promise = std::promise<Delivered>;

void Events::Report::dr_cb(RdKafka::Message& message) {
  std::unique_ptr<Promise> promise(static_cast<Promise*>(message.msg_opaque()));
  promise->set_value({message.partition(), message.err() ? message.errstr() : ""});
}

Events::Events(const std::string& brokers) {
  std::unique_ptr<RdKafka::Conf> conf(RdKafka::Conf::create(RdKafka::Conf::CONF_GLOBAL));
  std::string error;
  auto set = [&](const char* name, const std::string& value) {
    if (conf->set(name, value, error) != RdKafka::Conf::CONF_OK) throw std::runtime_error(error);
  };
  set("bootstrap.servers", brokers);
  set("linger.ms", "0");
  set("message.timeout.ms", "5000");
  set("log_level", "3");
  conf->set("dr_cb", &report_, error);
  producer_.reset(RdKafka::Producer::create(conf.get(), error));
  if (!producer_) throw std::runtime_error(error);
}

Delivered Events::publish(const std::string& topic, const std::string& key, const std::string& value, const Headers& headers) {
  std::unique_ptr<RdKafka::Headers> record(RdKafka::Headers::create());
  for (const auto& [name, text] : headers) {
    if (!text.empty()) record->add(name, text.data(), text.size());
  }
  auto promise = std::make_unique<Promise>();
  auto result = promise->get_future();
  auto error = producer_->produce(topic, RdKafka::Topic::PARTITION_UA, RdKafka::Producer::RK_MSG_COPY, const_cast<char*>(value.data()),
                                  value.size(), key.data(), key.size(), 0, record.get(), promise.get());
  if (error) return {-1, RdKafka::err2str(error)};
  record.release();   // the producer owns both now
  promise.release();
  while (result.wait_for(std::chrono::seconds(0)) != std::future_status::ready) producer_->poll(20);
  return result.get();
}
