#include "canonical_line.h"

#include <cstdio>
#include <ctime>
#include <utility>

using namespace std::chrono;

namespace {

std::string iso(system_clock::time_point t) {
  auto us = duration_cast<microseconds>(t.time_since_epoch()).count();
  std::time_t seconds = us / 1000000;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char date[32], out[48];
  std::strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &utc);
  std::snprintf(out, sizeof out, "%s.%06dZ", date, static_cast<int>(us % 1000000));
  return out;
}

const char* level_of(int status) { return status >= 500 ? "error" : status >= 400 ? "warn" : "info"; }

}  // namespace

CanonicalLine::CanonicalLine(const RequestContext& context, std::string method, std::string path)
    : context_(context), method_(std::move(method)), path_(std::move(path)) {}

void CanonicalLine::write(int status) const {
  nlohmann::ordered_json line;
  auto put = [&](const char* name, const std::string& value) {
    if (!value.empty()) line[name] = value;
  };
  put("timestamp", iso(began_));
  put("level", level_of(status));
  put("service", "order-service");
  put("trace_id", context_.trace_id);
  put("span_id", context_.span_id);
  put("parent_span_id", context_.parent_span_id);
  put("session_feature_id", context_.session_feature_id);
  put("bounded_context", context_.bounded_context);
  put("feature", context_.feature);
  put("method", method_);
  put("path", path_);
  line["status"] = status;
  line["duration_ms"] = duration_cast<milliseconds>(system_clock::now() - began_).count();
  put("error", error);
  line.update(fields);
  auto text = line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  std::fwrite(text.data(), 1, text.size(), stdout);  // one write a line: lines of several threads do not mix
  std::fflush(stdout);
}
