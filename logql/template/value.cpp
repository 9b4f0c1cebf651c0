#include "logql/template/value.h"

#include <algorithm>
#include <forward_list>

#include "logql/template/gotime.h"

namespace sleipnir::logql::gotemplate {

/// Lists, since nothing may move and most executions keep a few things of one sort only.
struct Arena::Store {
  std::forward_list<std::string> texts;
  std::forward_list<std::vector<Value>> lists;
  std::forward_list<Map> maps;
  std::forward_list<Time> times;
};

Arena::Arena() = default;
Arena::~Arena() = default;

namespace {

template <class T>
T& ensure(std::unique_ptr<T>& store) {
  if (!store) store = std::make_unique<T>();
  return *store;
}

}  // namespace

std::string_view Arena::keep(std::string text) {
  if (text.empty()) return {};
  bytes_ += text.size() + sizeof text;
  return ensure(store_).texts.emplace_front(std::move(text));
}

List Arena::keep(std::vector<Value> items) {
  bytes_ += items.size() * sizeof(Value) + sizeof items;
  const auto& kept = ensure(store_).lists.emplace_front(std::move(items));
  return {kept.data(), kept.size()};
}

const Map* Arena::keep(Map map) {
  bytes_ += map.size() * sizeof(Map::value_type) + sizeof map;
  return &ensure(store_).maps.emplace_front(std::move(map));
}

const Time* Arena::keep(Time time) {
  bytes_ += sizeof time;
  return &ensure(store_).times.emplace_front(std::move(time));
}

bool truth(const Value& v) {
  switch (v.kind) {
    case Kind::kInvalid: case Kind::kNil: return false;
    case Kind::kBool: return v.boolean;
    case Kind::kInt: case Kind::kByte: return v.integer != 0;
    case Kind::kFloat: return v.number != 0;
    case Kind::kComplex: return v.complex.real != 0 || v.complex.imaginary != 0;
    case Kind::kString: return v.text_.size > 0;
    case Kind::kList: return v.list.size > 0;
    case Kind::kMap: return !v.map->empty();
    case Kind::kLabels: return size_of_labels(*v.labels) > 0;
    case Kind::kTime: return true;
  }
  return false;
}

std::string_view type_name(const Value& v) {
  constexpr std::string_view kIntTypes[] = {"int", "int64", "time.Duration", "time.Month", "time.Weekday"};
  switch (v.kind) {
    case Kind::kInvalid: case Kind::kNil: return "<nil>";
    case Kind::kBool: return "bool";
    case Kind::kInt: return kIntTypes[static_cast<int>(v.int_type)];
    case Kind::kByte: return "uint8";
    case Kind::kFloat: return "float64";
    case Kind::kComplex: return "complex128";
    case Kind::kString: return "string";
    case Kind::kList: return "[]interface {}";
    case Kind::kMap: return "map[string]interface {}";
    case Kind::kLabels: return "map[string]string";
    case Kind::kTime: return "time.Time";
  }
  return {};
}

std::string_view static_type_name(const Value& v) { return v.boxed ? "interface {}" : type_name(v); }

Value find(const Map& map, std::string_view key) {
  const auto it = std::lower_bound(map.begin(), map.end(), key, [](const auto& entry, std::string_view k) { return entry.first < k; });
  return it != map.end() && it->first == key ? it->second : Value{};
}

size_t size_of_labels(const TemplateData& labels) { return labels.all().size(); }

}  // namespace sleipnir::logql::gotemplate
