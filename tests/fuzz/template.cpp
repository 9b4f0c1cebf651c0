// A template, NUL, and the line it runs over.
#include <cstdint>
#include <string>

#include "input.h"
#include "logql/template/template.h"

using namespace sleipnir;

namespace {

class Row : public logql::TemplateData {
 public:
  explicit Row(std::string_view line) : line_(line) {}
  std::optional<std::string_view> get(std::string_view name) const override {
    for (const auto& [n, value] : all())
      if (n == name) return value;
    return {};
  }
  std::vector<std::pair<std::string_view, std::string_view>> all() const override {
    return {{"empty", ""}, {"level", "error"}, {"msg", line_}, {"status", "500"}, {"took", "1.5s"}};
  }
  std::string_view line() const override { return line_; }
  Nanos timestamp() const override { return 1772323200000000000; }

 private:
  std::string_view line_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto [text, line] = fuzz::split(data, size);
  const auto compiled = logql::Template::compile(size % 2 ? "line" : "label", text);
  if (!compiled) {
    fuzz::require(!compiled.error().message.empty(), "a refusal has a message", text);
    return 0;
  }
  (void)compiled->labels();
  std::string out = "before";
  if (const auto done = compiled->execute(Row(line), out); !done) {
    fuzz::require(out == "before", "a failed template leaves the output as it was", text);
    fuzz::require(!done.error().message.empty(), "a failure has a message", text);
  } else {
    fuzz::require(out.starts_with("before"), "a template appends", text);
    if (const std::string* name = compiled->single_field())
      fuzz::require(out.substr(6) == Row(line).get(*name).value_or(""), "a single field is a copy of it", text);
  }
  return 0;
}
