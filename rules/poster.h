#pragma once
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "rules/delivery.h"

namespace sleipnir::rules {

struct Posted {
  Result<void> outcome;
  bool try_again = false;  ///< the receiver may take the same message later
};

/// One HTTP client. One thread at a time, but interrupt().
class Poster {
 public:
  static Result<std::unique_ptr<Poster>> open(Endpoint endpoint);
  ~Poster();

  /// Every wait is bounded by the endpoint's timeout, and of an answer only the beginning is read. 2xx is success.
  Posted post(const std::string& tenant, const std::string& body);
  /// Any thread: ends the request in progress, and all that follow.
  void interrupt();

 private:
  struct Client;
  explicit Poster(std::unique_ptr<Client> client);
  std::unique_ptr<Client> client_;
};

}  // namespace sleipnir::rules
