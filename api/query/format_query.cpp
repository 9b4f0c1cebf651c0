// GET|POST /loki/api/v1/format_query (http-api.md §7)
#include "api/handlers.h"
#include "base/text.h"
#include "logql/syntax/parse.h"

namespace sleipnir::api {

void format_query(Service& service, Request& request, Response& response) {
  const auto parsed = logql::parse(request.param("query"), {.strict = service.config.strict});
  std::string out;
  if (parsed) {
    append_json_string(out += R"({"status":"success","data":)", logql::print_pretty(**parsed), true);
  } else {
    response.status = 400;
    append_json_string(out += R"({"status":"invalid-query","error":)", parsed.error().message, true);
  }
  response.set("application/json; charset=utf-8", out + "}\n");
}

}  // namespace sleipnir::api
