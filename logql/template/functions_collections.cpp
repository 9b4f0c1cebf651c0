#include "logql/template/function.h"
#include "logql/template/json.h"

namespace sleipnir::logql::gotemplate {
namespace {

constexpr Param kA = Param::kAny, kV = Param::kValue;

bool is_integer(const Value& v) { return v.is(Kind::kInt) || v.is(Kind::kByte); }

/// A position from 0 to `size`; false, and the call failed, where it is none.
bool position(Call& c, const Value& v, size_t size, size_t& out) {
  if (v.none()) return c.fail("cannot index slice/array with nil"), false;
  if (!is_integer(v)) return c.fail("cannot index slice/array with type " + std::string(type_name(v))), false;
  if (v.integer < 0 || static_cast<uint64_t>(v.integer) > size) return c.fail("index out of range: " + std::to_string(v.integer)), false;
  out = static_cast<size_t>(v.integer);
  return true;
}

Value element(Call& c, const Value& list, const Value& index) {
  const bool text = list.is(Kind::kString);
  const size_t size = text ? list.text_.size : list.list.size;
  size_t i;
  if (!position(c, index, size, i)) return {};
  if (i == size) return c.fail(text ? "reflect: string index out of range" : "reflect: slice index out of range");
  return text ? Value::of_byte(static_cast<uint8_t>(list.text()[i])) : list.list.items[i];
}

Value entry(Call& c, const Value& map, const Value& key) {
  if (key.none()) return c.fail("value is nil; should be of type string");
  if (!key.is(Kind::kString)) return c.fail("value has type " + std::string(type_name(key)) + "; should be string");
  if (map.is(Kind::kLabels)) return Value::of_text(map.labels->get(key.text()).value_or(""));
  const Value found = find(*map.map, key.text());
  return found.valid() ? found : Value::nil();
}

Value index(Call& c) {
  Value item = c.arg(0);
  if (item.none()) return c.fail("index of untyped nil");
  for (size_t i = 1; i < c.size() && !c.failed; ++i) {
    if (item.none()) return c.fail("index of nil pointer");
    switch (item.kind) {
      case Kind::kString: case Kind::kList: item = element(c, item, c.arg(i)); break;
      case Kind::kMap: case Kind::kLabels: item = entry(c, item, c.arg(i)); break;
      default: return c.fail("can't index item of type " + std::string(type_name(item)));
    }
  }
  return item;
}

Value slice(Call& c) {
  const Value& item = c.arg(0);
  if (item.none()) return c.fail("slice of untyped nil");
  const size_t count = c.size() - 1;
  if (count > 3) return c.fail("too many slice indexes: " + std::to_string(count));
  const bool text = item.is(Kind::kString);
  if (text && count == 3) return c.fail("cannot 3-index slice a string");
  if (!text && !item.is(Kind::kList)) return c.fail("can't slice item of type " + std::string(type_name(item)));
  const size_t size = text ? item.text_.size : item.list.size;
  size_t bounds[3] = {0, size, size};
  for (size_t i = 0; i < count; ++i) {
    const Value& bound = c.arg(i + 1);
    if (bound.boxed && !is_integer(bound)) return c.fail("cannot index slice/array with type interface {}");
    if (!position(c, bound, size, bounds[i])) return {};
  }
  for (size_t i = 0; i + 1 < (count == 3 ? 3 : 2); ++i) {
    if (bounds[i] > bounds[i + 1]) return c.fail("invalid slice index: " + std::to_string(bounds[i]) + " > " + std::to_string(bounds[i + 1]));
  }
  if (text) return Value::of_text(item.text().substr(bounds[0], bounds[1] - bounds[0]));
  return Value::of_list({item.list.items + bounds[0], bounds[1] - bounds[0]});
}

Value len(Call& c) {
  const Value& v = c.arg(0);
  switch (v.kind) {
    case Kind::kInvalid: return c.fail("reflect: call of reflect.Value.Type on zero Value");
    case Kind::kNil: return c.fail("len of nil pointer");
    case Kind::kString: return Value::of_int(static_cast<int64_t>(v.text_.size));
    case Kind::kList: return Value::of_int(static_cast<int64_t>(v.list.size));
    case Kind::kMap: return Value::of_int(static_cast<int64_t>(v.map->size()));
    case Kind::kLabels: return Value::of_int(static_cast<int64_t>(size_of_labels(*v.labels)));
    default: return c.fail("len of type " + std::string(type_name(v)));
  }
}

/// Times are never empty.
Value default_value(Call& c) { return c.size() > 1 && truth(c.arg(1)) ? c.arg(1) : c.arg(0); }

Value from_json(Call& c) { return parse_json(c.text(0), c.arena); }

/// No value that a template can reach is a function.
Value call(Call& c) {
  const Value& v = c.arg(0);
  if (v.none()) return c.fail("call of nil");
  return c.fail("non-function " + std::string(c.callee) + " of type " + std::string(type_name(v)));
}

constexpr Function kFunctions[] = {
    {"index", {kV, kV}, index, true}, {"slice", {kV, kV}, slice, true}, {"len", {kV}, len},
    {"call", {kV, kV}, call, true, Function::Special::kCall},
    {"default", {kA, kA}, default_value, true}, {"fromJson", {Param::kString}, from_json},
};

}  // namespace

FunctionTable collection_functions() { return kFunctions; }

}  // namespace sleipnir::logql::gotemplate
