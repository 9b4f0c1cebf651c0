#include "payments.h"

#include <httplib.h>

Charged charge(const std::string& payments_url, const RequestContext& context, const nlohmann::json& order) {
  httplib::Client client(payments_url);
  client.set_connection_timeout(2);
  client.set_read_timeout(5);
  httplib::Headers headers;
  for (const auto& [name, value] : context.http_headers()) {
    if (!value.empty()) headers.emplace(name, value);
  }
  Charged out;
  while (out.attempts < 2) {
    ++out.attempts;
    auto answer = client.Post("/api/charges", headers, order.dump(), "application/json");
    if (!answer) {
      out.error = "payment-service: " + httplib::to_string(answer.error());
      return out;
    }
    out.status = answer->status;
    out.error = out.status == 200 ? "" : "payment failed: upstream answered " + std::to_string(out.status);
    if (out.status != 503) break;
  }
  return out;
}
