#include "logql/template/function.h"

#include <unordered_map>

namespace sleipnir::logql::gotemplate {
namespace {

using Functions = std::unordered_map<std::string_view, const Function*>;

void add(Functions& functions, FunctionTable table) {
  for (const Function& f : table) functions.emplace(f.name, &f);
}

Functions line_dialect() {
  Functions functions;
  for (const FunctionTable table : {string_functions(), encoding_functions(), number_functions(), regex_functions(), time_functions(),
                                    compare_functions(), collection_functions(), print_functions()})
    add(functions, table);
  return functions;
}

Functions alert_dialect(const Functions& of_lines) {
  Functions functions;
  for (const std::string_view both : {"and", "call", "eq", "ge", "gt", "html", "index", "js", "le", "len", "lt", "ne", "not", "or", "print", "printf",
                                      "println", "slice", "title", "urlquery"})
    functions.emplace(both, of_lines.at(both));
  add(functions, alert_functions());
  add(functions, alert_regex_functions());
  return functions;
}

}  // namespace

std::string_view to_string(Param param) {
  switch (param) {
    case Param::kAny: return "interface {}";
    case Param::kValue: return "reflect.Value";
    case Param::kString: return "string";
    case Param::kInt: return "int";
    case Param::kFloat: return "float64";
    case Param::kTime: return "time.Time";
    case Param::kDuration: return "time.Duration";
  }
  return {};
}

Value Call::fail(std::string message) {
  failed = true;
  error = std::move(message);
  return {};
}

const Function* find_function(std::string_view name, Dialect dialect) {
  static const Functions* const of_lines = new Functions(line_dialect());
  static const Functions* const of_alerts = new Functions(alert_dialect(*of_lines));
  const Functions& functions = dialect == Dialect::kLine ? *of_lines : *of_alerts;
  const auto it = functions.find(name);
  return it == functions.end() ? nullptr : it->second;
}

const Function* find_method(const Value& receiver, std::string_view name) {
  FunctionTable table;
  if (receiver.is(Kind::kTime)) table = time_methods();
  else if (receiver.is(Kind::kInt) && receiver.int_type == IntType::kDuration) table = duration_methods();
  else if (receiver.is(Kind::kInt) && receiver.int_type >= IntType::kMonth) table = named_int_methods();
  for (const Function& f : table) {
    if (f.name == name) return &f;
  }
  return nullptr;
}

}  // namespace sleipnir::logql::gotemplate
