// Rule files, and what becomes of their rules.
#include <cstdint>

#include "input.h"
#include "rules/rule_yaml.h"
#include "rules/validate.h"

using namespace sleipnir;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string yaml(reinterpret_cast<const char*>(data), size);
  const auto groups = rules::read_rule_file(yaml);
  if (!groups) {
    fuzz::require(!groups.error().message.empty(), "a refusal has a message", yaml);
    return 0;
  }
  if (!rules::validate(*groups, {})) return 0;
  const auto again = rules::read_rule_file(rules::write_rule_file(*groups));
  fuzz::require(again.ok() && *again == *groups, "valid rules read as they were written", yaml);
  return 0;
}
