// What travels with a request: in at the edge, out with every call and message.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

using Headers = std::vector<std::pair<std::string, std::string>>;

struct RequestContext {
  std::string trace_id;  // as the caller gave it, else the trace id of its traceparent, else a new UUID
  std::string bounded_context, feature, session_feature_id;
  std::string span_id, parent_span_id;       // 16 hexadecimal digits; the parent may be empty
  std::string w3c_trace_id, flags, tracestate;  // traceparent is kept: its own trace id goes on even if X-Trace-Id says another

  // `header(name)` gives a header of the request, or nothing. Values that could break a log line are not taken.
  static RequestContext accept(const std::function<std::string(const char*)>& header);

  std::string traceparent() const;

  // For an outbound HTTP call, and for a Kafka record. Empty when LOSE names `http` or `kafka`: what goes wrong without.
  Headers http_headers() const;
  Headers kafka_headers() const;
};
