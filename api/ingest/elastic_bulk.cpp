// POST …/_bulk as Elasticsearch's shippers send it: an action line, then the document, which is stored as it is (docs/ingestion.md)
#include <chrono>

#include "api/handlers.h"
#include "api/ingest/commit.h"
#include "api/ingest/encoding.h"
#include "api/ingest/line_batch.h"
#include "base/text.h"

namespace sleipnir::api {
namespace {

struct Item {
  std::string action, index, id;
  int status = 201;
  std::string why;
};

/// `{"create":{"_index":"logs","_id":"1"}}`; the index of the path stands in for a missing one.
Result<Item> read_action(std::string_view line, const std::string& index) {
  Item item{.index = index};
  JsonCursor cursor(line);
  if (cursor.next() != '{') return invalid("Malformed action/metadata line: a JSON object is expected");
  const bool ok = cursor.read_members([&](const std::string& action) {
    item.action = action;
    if (cursor.next() != '{') return cursor.fail("action", "an object is expected");
    return cursor.read_members([&](const std::string& name) {
      JsonCursor::Value value;
      if (!cursor.read_value(value)) return false;
      if (name == "_index") unescape_json(value.raw, item.index);
      if (name == "_id") unescape_json(value.raw, item.id);
      return true;
    });
  });
  if (!ok || !cursor.ended()) return invalid("Malformed action/metadata line");
  if (item.action != "create" && item.action != "index" && item.action != "update" && item.action != "delete") return invalid("Unknown action " + go_quote(item.action));
  return item;
}

std::string_view error_type(int status) { return status == 429 ? "es_rejected_execution_exception" : "document_parsing_exception"; }

class Bulk {
 public:
  Bulk(LineMapping mapping, std::string index) : batch_(std::move(mapping)), index_(std::move(index)) {}

  /// Error: the request as a whole takes too much memory.
  Result<void> read(std::string_view body) {
    while (!body.empty()) {
      const std::string_view line = take_line(body);
      if (trim_space(line).empty()) continue;
      budget_.add(items_);
      if (budget_.exhausted()) return DecodeBudget::error();
      auto action = read_action(line, index_);
      if (!action) {
        refuse(items_.size() - 1, 400, action.error().message);
        items_.back().action = "index";
        continue;
      }
      items_.back() = std::move(*action);
      if (auto done = take_document(body); !done) return done;
    }
    return {};
  }

  PushOutcome commit(Service& service, const std::string& tenant) {
    return batch_.commit(service, tenant, [&](size_t item, int status, const std::string& why) { refuse(item, status, why); });
  }

  size_t refused() const { return refused_; }

  std::string json(int64_t milliseconds) const {
    std::string out = "{\"took\":" + std::to_string(milliseconds) + ",\"errors\":" + (refused_ > 0 ? "true" : "false") + ",\"items\":[";
    for (const Item& item : items_) append(out, item);
    if (!items_.empty()) out.pop_back();
    return out + "]}";
  }

 private:
  static std::string_view take_line(std::string_view& body) {
    const size_t end = std::min(body.find('\n'), body.size());
    std::string_view line = body.substr(0, end);
    body.remove_prefix(std::min(end + 1, body.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
  }

  Result<void> take_document(std::string_view& body) {
    const size_t number = items_.size() - 1;
    const Item& item = items_.back();
    if (item.action == "delete") {
      refuse(number, 400, "log lines are not deleted one by one");
      return {};
    }
    const std::string_view document = take_line(body);
    if (item.action == "update") {
      refuse(number, 400, "log lines are not updated");
      return {};
    }
    std::vector<Label> labels;
    if (!item.index.empty()) labels.push_back({"index", item.index});
    const auto added = batch_.add(number, document, labels);
    if (!added && added.error().kind == ErrorKind::kTooLarge) return added;
    if (!added) refuse(number, 400, added.error().message);
    return {};
  }

  void refuse(size_t item, int status, const std::string& why) {
    ++refused_;
    items_[item].status = status;
    items_[item].why = why.substr(0, 500);
  }

  static void append(std::string& out, const Item& item) {
    append_json_string(out += '{', item.action);
    append_json_string(out += ":{\"_index\":", item.index);
    if (!item.id.empty()) append_json_string(out += ",\"_id\":", item.id);
    out += ",\"status\":" + std::to_string(item.status);
    if (item.status == 201) {
      out += R"(,"_version":1,"result":"created","_shards":{"total":1,"successful":1,"failed":0}}},)";
      return;
    }
    append_json_string((out += ",\"error\":{\"type\":\"").append(error_type(item.status)) += "\",\"reason\":", item.why);
    out += "}}},";
  }

  LineBatch batch_;
  const std::string index_;
  std::vector<Item> items_;
  size_t refused_ = 0;
  DecodeBudget budget_;
};

void answer_whole(Response& response, const PushOutcome& outcome) {
  response.status = outcome.status;
  std::string out = "{\"error\":{\"type\":\"" + std::string(error_type(outcome.status)) + "\",\"reason\":";
  append_json_string(out, outcome.message);
  response.set("application/json", out + "},\"status\":" + std::to_string(outcome.status) + "}");
}

}  // namespace

void elastic_bulk(Service& service, const std::string& tenant, Request& request, Response& response) {
  const auto begun = std::chrono::steady_clock::now();
  ++service.ingest.requests;
  response.headers.emplace_back("X-Elastic-Product", "Elasticsearch");
  const auto run = [&]() -> Result<std::string> {
    auto mapping = read_line_mapping(request);
    if (!mapping) return mapping.error();
    std::string buffer;
    auto body = unpack_body(request.header("Content-Encoding"), request.body, buffer, request.memory.get());
    if (!body) return body.error();
    Bulk bulk(std::move(*mapping), request.path_values.empty() ? "" : request.path_values.front());
    if (auto read = bulk.read(*body); !read) return read.error();
    service.ingest.unreadable += bulk.refused();
    if (const PushOutcome outcome = bulk.commit(service, tenant); outcome.whole) {
      answer_whole(response, outcome);
      return std::string();
    }
    return bulk.json(std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun).count());
  };
  auto answer = run();
  if (!answer) answer_whole(response, outcome_of(answer.error()));
  if (response.status != 200) ++service.ingest.failed_requests;
  else response.set("application/json", std::move(*answer));
}

}  // namespace sleipnir::api
