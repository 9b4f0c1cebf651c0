// What order-service does, without HTTP.
#pragma once

#include <string>

#include "canonical_line.h"
#include "events.h"

struct Outcome {
  int status = 200;
  nlohmann::json body = nlohmann::json::object();
};

class Orders {
 public:
  Orders(std::string payments_url, Events& events) : payments_url_(std::move(payments_url)), events_(events) {}

  Outcome set_address(const std::string& order, const nlohmann::json& address, CanonicalLine& line) const;
  Outcome set_shipping(const std::string& order, CanonicalLine& line) const;

  // Charges the order, then publishes `order.confirmed`.
  Outcome confirm(const nlohmann::json& order, const RequestContext& context, CanonicalLine& line) const;

 private:
  std::string payments_url_;
  Events& events_;
};
