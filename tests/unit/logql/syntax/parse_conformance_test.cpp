// Holds parser and printer to the recorded answers of tests/conformance.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "logql/syntax/parse.h"

using namespace sleipnir;
using namespace sleipnir::logql;
using nlohmann::json;

namespace {

std::filesystem::path cases_folder() { return std::filesystem::path(SLEIPNIR_TESTS) / "conformance/cases"; }

/// A request of a case with its answer.
struct Exchange {
  std::string id, path, query, error;
  json answer;
};

std::string query_of(const json& request) {
  for (const char* place : {"params", "form"})
    for (const json& pair : request.value(place, json::array()))
      if (pair[0] == "query") return pair[1];
  return "";
}

void collect(const json& step, const std::string& id, std::vector<Exchange>& out) {
  if (!step.contains("request") || !step.contains("expect") || !step["request"].contains("path")) return;
  const json& expect = step["expect"];
  Exchange e{id, step["request"]["path"], query_of(step["request"]), expect.value("text", ""), expect.value("json", json())};
  if (e.answer.is_object() && e.answer.contains("error")) e.error = e.answer["error"];
  while (!e.error.empty() && (e.error.back() == '\n' || e.error.back() == ' ')) e.error.pop_back();
  out.push_back(std::move(e));
}

std::vector<Exchange> exchanges() {
  std::vector<Exchange> out;
  for (const auto& file : std::filesystem::directory_iterator(cases_folder())) {
    std::ifstream in(file.path());
    const json document = json::parse(in);
    for (const json& c : document["cases"]) {
      collect(c, c["id"], out);
      for (const json& step : c.value("steps", json::array())) collect(step, c["id"], out);
    }
  }
  return out;
}

bool is_query_path(const std::string& path) { return path.ends_with("/query") || path.ends_with("/query_range") || path.ends_with("/format_query"); }

std::string trimmed(std::string text) {
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

}  // namespace

TEST_CASE("recorded parse errors") {
  size_t checked = 0;
  for (const Exchange& e : exchanges()) {
    if (!is_query_path(e.path) || !e.error.starts_with("parse error") || e.error.starts_with("parse error : stage '")) continue;
    CAPTURE(e.id);
    CAPTURE(e.query);
    auto expr = parse(e.query);
    REQUIRE_FALSE(expr);
    CHECK(trimmed(expr.error().message) == e.error);
    ++checked;
  }
  CHECK(checked > 150);
}

TEST_CASE("what Loki answered parses") {
  size_t checked = 0;
  for (const Exchange& e : exchanges()) {
    if (!is_query_path(e.path) || e.error.starts_with("parse error") || e.query.empty() || !e.answer.is_object() || e.answer.contains("error")) continue;
    CAPTURE(e.id);
    CAPTURE(e.query);
    auto expr = parse(e.query);
    CHECK_MESSAGE(expr.ok(), (expr ? "" : expr.error().message));
    ++checked;
  }
  CHECK(checked > 1000);
}

TEST_CASE("recorded pretty forms") {
  size_t checked = 0;
  for (const Exchange& e : exchanges()) {
    if (!e.path.ends_with("/format_query") || !e.answer.contains("data")) continue;
    CAPTURE(e.id);
    CAPTURE(e.query);
    auto expr = parse(e.query);
    REQUIRE(expr);
    CHECK(print_pretty(**expr) == e.answer["data"].get<std::string>());
    ++checked;
  }
  CHECK(checked >= 15);
}

TEST_CASE("recorded queries survive printing") {
  std::set<std::string> queries;
  for (const Exchange& e : exchanges()) queries.insert(e.query);
  for (const std::string& query : queries) {
    auto expr = parse(query);
    if (!expr) continue;
    CAPTURE(query);
    const std::string line = print(**expr), pretty = print_pretty(**expr);
    // Sizes are rounded when printed and not-a-number has no literal: such a tree only has to print the same again.
    const bool exact = query.find("iB") == std::string::npos;
    auto again = parse(line);
    REQUIRE_MESSAGE(again.ok(), line);
    CHECK(print(**again) == line);
    if (exact) CHECK(**again == **expr);
    auto from_pretty = parse(pretty);
    REQUIRE_MESSAGE(from_pretty.ok(), pretty);
    CHECK(**from_pretty == **again);
  }
}
