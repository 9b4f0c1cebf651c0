#include "request_context.h"

#include <cstdlib>
#include <string_view>

#include "ids.h"

namespace {

// version-traceid-parentid-flags; higher versions may append to it.
bool read_traceparent(std::string_view text, RequestContext& context) {
  if (text.size() < 55 || text.size() > 200 || text[2] != '-' || text[35] != '-' || text[52] != '-') return false;
  auto version = text.substr(0, 2), trace = text.substr(3, 32), parent = text.substr(36, 16), flags = text.substr(53, 2);
  if (!is_hex(version, 2) || version == "ff" || (version == "00" && text.size() != 55)) return false;
  if (!is_hex(trace, 32) || !is_hex(parent, 16) || !is_hex(flags, 2)) return false;
  if (trace.find_first_not_of('0') == trace.npos || parent.find_first_not_of('0') == parent.npos) return false;
  context.w3c_trace_id = trace;
  context.parent_span_id = parent;
  context.flags = flags;
  return true;
}

bool loses(std::string_view what) {
  const char* names = std::getenv("LOSE");
  return names && std::string_view(names).find(what) != std::string_view::npos;
}

}  // namespace

RequestContext RequestContext::accept(const std::function<std::string(const char*)>& header) {
  RequestContext c;
  auto opaque = [&](const char* name) {
    auto value = header(name);
    return is_opaque_id(value) ? value : std::string();
  };
  c.trace_id = opaque("X-Trace-Id");
  c.bounded_context = opaque("X-Bounded-Context");
  c.feature = opaque("X-Feature");
  c.session_feature_id = opaque("X-Session-Feature-Id");
  c.span_id = new_hex(16);
  if (read_traceparent(header("traceparent"), c)) {
    c.tracestate = header("tracestate");
    if (c.tracestate.size() > 512) c.tracestate.clear();
    if (c.trace_id.empty()) c.trace_id = c.w3c_trace_id;
    return c;
  }
  if (c.trace_id.empty()) c.trace_id = new_uuid();
  c.w3c_trace_id = bits_of_id(c.trace_id);
  if (c.w3c_trace_id.empty()) c.w3c_trace_id = new_hex(32);
  c.flags = "01";
  return c;
}

std::string RequestContext::traceparent() const { return "00-" + w3c_trace_id + "-" + span_id + "-" + flags; }

Headers RequestContext::http_headers() const {
  if (loses("http")) return {};
  return {{"X-Trace-Id", trace_id}, {"X-Bounded-Context", bounded_context}, {"X-Feature", feature},
          {"X-Session-Feature-Id", session_feature_id}, {"traceparent", traceparent()}, {"tracestate", tracestate}};
}

Headers RequestContext::kafka_headers() const {
  if (loses("kafka")) return {};
  return {{"trace_id", trace_id}, {"bounded_context", bounded_context}, {"feature", feature},
          {"session_feature_id", session_feature_id}, {"traceparent", traceparent()}, {"tracestate", tracestate}};
}
