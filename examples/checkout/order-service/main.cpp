// order-service: HTTP in, payment-service over HTTP, Kafka out. PORT, PAYMENTS_URL and KAFKA_BROKERS come from the environment.
#include <httplib.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <functional>

#include "orders.h"

using Handler = std::function<Outcome(const httplib::Request&, const nlohmann::json& body, const RequestContext&, CanonicalLine&)>;

namespace {

httplib::Server server;

// The edge: the context comes in, the trace id goes back to the caller, one line tells what happened.
httplib::Server::Handler edge(Handler handle) {
  return [handle = std::move(handle)](const httplib::Request& request, httplib::Response& response) {
    auto context = RequestContext::accept([&](const char* name) { return request.get_header_value(name); });
    CanonicalLine line(context, request.method, request.path);
    response.set_header("X-Trace-Id", context.trace_id);
    auto body = nlohmann::json::parse(request.body, nullptr, false);
    Outcome outcome{400, {{"error", "the body is not a JSON object"}}};
    if (body.is_object()) {
      try {
        outcome = handle(request, body, context, line);
      } catch (const std::exception& e) {
        line.error = e.what();
        outcome = {400, {{"error", e.what()}}};
      }
    } else {
      line.error = "the body is not a JSON object";
    }
    response.status = outcome.status;
    response.set_content(outcome.body.dump(), "application/json");
    line.write(outcome.status);
  };
}

std::string setting(const char* name) {
  const char* value = std::getenv(name);
  if (!value) {
    std::fprintf(stderr, "%s is not set\n", name);
    std::exit(2);
  }
  return value;
}

}  // namespace

int main() {
  Events events(setting("KAFKA_BROKERS"));
  Orders orders(setting("PAYMENTS_URL"), events);

  server.Get("/ready", [](const httplib::Request&, httplib::Response& response) { response.set_content("ready", "text/plain"); });
  server.Put(R"(/api/orders/([\w-]{1,64})/address)", edge([&](auto& request, auto& body, auto&, auto& line) {
               return orders.set_address(request.matches[1], body, line);
             }));
  server.Put(R"(/api/orders/([\w-]{1,64})/shipping)",
             edge([&](auto& request, auto&, auto&, auto& line) { return orders.set_shipping(request.matches[1], line); }));
  server.Post("/api/orders", edge([&](auto&, auto& body, auto& context, auto& line) { return orders.confirm(body, context, line); }));

  for (int signal : {SIGTERM, SIGINT}) std::signal(signal, [](int) { server.stop(); });
  server.set_payload_max_length(1 << 20);
  server.set_socket_options([](socket_t socket) {  // a port whose last connections are still closing can be taken again
    int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  if (server.listen("127.0.0.1", std::atoi(setting("PORT").c_str()))) return 0;
  std::fprintf(stderr, "cannot listen on port %s\n", setting("PORT").c_str());
  return 1;
}
