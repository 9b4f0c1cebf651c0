#pragma once
#include <doctest/doctest.h>

#include <cstdlib>
#include <map>
#include <string>

#include "logql/template/template.h"

namespace sleipnir::logql {

/// Before the first time is printed, the server-local zone is UTC.
inline const int kLocalZoneIsUtc = setenv("TZ", "UTC", 1);

struct FixtureRow : TemplateData {
  std::map<std::string, std::string, std::less<>> labels{
      {"msg", "hello world"}, {"n", "5"}, {"f", "2.5"}, {"neg", "-3"},
      {"js", R"({"k":[1,2],"o":{"b":"x","a":true},"n":null,"big":12345678})"}};
  std::string text = "ends with error";
  Nanos time = 1773396075000000075;

  std::optional<std::string_view> get(std::string_view name) const override {
    const auto it = labels.find(name);
    return it == labels.end() ? std::nullopt : std::optional<std::string_view>(it->second);
  }
  std::vector<std::pair<std::string_view, std::string_view>> all() const override { return {labels.begin(), labels.end()}; }
  std::string_view line() const override { return text; }
  Nanos timestamp() const override { return time; }
};

/// What a template makes of a row: its text, or the message of the error that it ends with.
inline std::string render(std::string_view text, const FixtureRow& row = {}) {
  const auto compiled = Template::compile("line", text);
  if (!compiled.ok()) return compiled.error().message;
  std::string out = "kept ";
  const auto done = compiled->execute(row, out);
  if (done.ok()) return out.substr(5);
  CHECK(out == "kept ");
  return done.error().message;
}

}  // namespace sleipnir::logql
