// The client of payment-service.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "request_context.h"

struct Charged {
  int status = 0;  // of the last attempt; 0: nobody answered
  std::string error;
  int attempts = 0;
};

// Charges an order; an attempt that the provider broke off (503) is repeated once, under the same trace id and order id.
Charged charge(const std::string& payments_url, const RequestContext& context, const nlohmann::json& order);
