#include "logql/template/format.h"
#include "logql/template/function.h"

namespace sleipnir::logql::gotemplate {
namespace {

Value bounded(Call& c, std::string out) {
  return out.size() > kMaxText ? c.fail(std::string(kTextTooLong)) : c.keep(std::move(out));
}

Value print(Call& c) {
  std::string out;
  append_print(out, c.args);
  return bounded(c, std::move(out));
}

Value println(Call& c) {
  std::string out;
  append_println(out, c.args);
  return bounded(c, std::move(out));
}

Value printf(Call& c) {
  std::string out;
  append_printf(out, c.text(0), c.args.subspan(1), kMaxText);
  return bounded(c, std::move(out));
}

constexpr Function kFunctions[] = {
    {"print", {Param::kAny}, print, true}, {"println", {Param::kAny}, println, true}, {"printf", {Param::kString, Param::kAny}, printf, true},
};

}  // namespace

FunctionTable print_functions() { return kFunctions; }

}  // namespace sleipnir::logql::gotemplate
