#include "logql/template/function.h"

#include <unordered_map>

namespace sleipnir::logql::gotemplate {

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

const Function* find_function(std::string_view name) {
  static const auto* const by_name = [] {
    auto* map = new std::unordered_map<std::string_view, const Function*>;
    for (const FunctionTable table : {string_functions(), encoding_functions(), number_functions(), regex_functions(), time_functions(),
                                      compare_functions(), collection_functions(), print_functions()}) {
      for (const Function& f : table) map->emplace(f.name, &f);
    }
    return map;
  }();
  const auto it = by_name->find(name);
  return it == by_name->end() ? nullptr : it->second;
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
