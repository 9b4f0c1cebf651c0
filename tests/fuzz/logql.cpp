// Parse, print, parse again: the printed form of a query is a query, and prints as itself.
#include <cmath>
#include <cstdint>
#include <string>

#include "input.h"
#include "logql/syntax/parse.h"

using namespace sleipnir;

namespace {

/// Constants are folded while parsing, and what `1 / 0` gives has no literal: such a tree prints as what nobody can write.
bool writable(const logql::Expr& e) {
  if (const auto* literal = std::get_if<logql::Literal>(&e.v)) return std::isfinite(literal->value);
  if (const auto* a = std::get_if<logql::VectorAggregation>(&e.v)) return writable(*a->inner);
  if (const auto* r = std::get_if<logql::LabelReplace>(&e.v)) return writable(*r->inner);
  if (const auto* b = std::get_if<logql::BinaryOperation>(&e.v)) return writable(*b->left) && writable(*b->right);
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const bool strict : {true, false}) {
    const auto query = logql::parse(text, {.strict = strict});
    if (!query) {
      fuzz::require(!query.error().message.empty(), "a refusal has a message", text);
      continue;
    }
    const std::string line = logql::print(**query);
    if (!writable(**query)) continue;
    const auto again = logql::parse(line, {.strict = strict});
    fuzz::require(again.ok(), "the printed form parses", line);
    fuzz::require(logql::print(**again) == line, "the printed form prints as itself", line);
    const std::string pretty = logql::print_pretty(**query);
    const auto of_pretty = logql::parse(pretty, {.strict = strict});
    fuzz::require(of_pretty.ok(), "the formatted query parses", pretty);
    fuzz::require(logql::print(**of_pretty) == line, "the formatted query means the same", pretty);
  }
  return 0;
}
