// POST /insert/ndjson: one JSON object a line, stored as it is (docs/ingestion.md)
#include "api/handlers.h"
#include "api/ingest/commit.h"
#include "api/ingest/encoding.h"
#include "api/ingest/line_batch.h"
#include "api/http/split.h"
#include "base/text.h"

namespace sleipnir::api {
namespace {

/// What was refused of a request, as the client reads it: the first few lines by number, and how many.
class Refusals {
 public:
  void add(size_t line, int status, const std::string& why) {
    status_ = count_ == 0 || status < status_ ? status : status_;
    if (++count_ > kMostTold) return;
    if (count_ > 1) told_ += ',';
    append_json_string((told_ += "{\"line\":" + std::to_string(line)) += ",\"error\":", why);
    told_ += '}';
  }
  size_t count() const { return count_; }
  /// 429 if that is the only reason: then trying again helps.
  int status() const { return status_; }
  std::string json(size_t stored) const {
    return "{\"stored\":" + std::to_string(stored) + ",\"refused\":" + std::to_string(count_) + ",\"errors\":[" + told_ + "]}\n";
  }

 private:
  static constexpr size_t kMostTold = 20;
  size_t count_ = 0;
  int status_ = 400;
  std::string told_;
};

std::string_view without_return(std::string_view line) { return line.ends_with('\r') ? line.substr(0, line.size() - 1) : line; }

/// Lines are numbered from 1; empty ones are passed over.
PushOutcome store_lines(Service& service, const std::string& tenant, const Request& request, Refusals& refusals, size_t& lines) {
  auto mapping = read_line_mapping(request);
  if (!mapping) return outcome_of(mapping.error());
  std::string buffer;
  auto body = unpack_body(request.header("Content-Encoding"), request.body, buffer, request.memory.get());
  if (!body) return outcome_of(body.error());
  LineBatch batch(std::move(*mapping));
  std::optional<Error> fatal;
  size_t number = 0;
  each_part(*body, '\n', [&](std::string_view part) {
    ++number;
    const std::string_view line = without_return(part);
    if (fatal || trim_space(line).empty()) return;
    ++lines;
    if (auto added = batch.add(number, line); !added) {
      if (added.error().kind == ErrorKind::kTooLarge) fatal = added.error();
      else ++service.ingest.unreadable, refusals.add(number, 400, added.error().message);
    }
  });
  if (fatal) return outcome_of(*fatal);
  return batch.commit(service, tenant, [&](size_t line, int status, const std::string& why) { refusals.add(line, status, why); });
}

}  // namespace

void insert_ndjson(Service& service, const std::string& tenant, Request& request, Response& response) {
  ++service.ingest.requests;
  Refusals refusals;
  size_t lines = 0;
  const PushOutcome outcome = store_lines(service, tenant, request, refusals, lines);
  response.status = outcome.status;
  if (outcome.whole) {
    ++service.ingest.failed_requests;
    return answer_text(response, outcome.status, outcome.message);
  }
  if (refusals.count() == 0) return;
  ++service.ingest.failed_requests;
  response.status = refusals.status();
  response.set("application/json", refusals.json(lines - refusals.count()));
}

}  // namespace sleipnir::api
