#include "api/ingest/line_fields.h"

#include <algorithm>

namespace sleipnir::api {
namespace {

using Kind = JsonCursor::Kind;

bool is_scalar(Kind kind) { return kind == Kind::kString || kind == Kind::kNumber || kind == Kind::kBool; }

}  // namespace

Result<void> LineFields::read(std::string_view line) {
  std::fill(values_.begin(), values_.end(), JsonCursor::Value{});
  JsonCursor cursor(line);
  if (cursor.next() != '{') return invalid("a JSON object is expected");
  if (!walk(cursor, {})) return invalid("not a JSON object: " + cursor.error().message);
  if (!cursor.ended()) return invalid("there is more after the JSON object");
  return {};
}

bool LineFields::walk(JsonCursor& cursor, const std::string& prefix) {
  return cursor.read_members([&](const std::string& name) {
    JsonCursor::Value value;
    if (!cursor.read_value(value)) return false;
    const std::string path = prefix + name;
    if (is_scalar(value.kind)) {
      keep(path, value);
    } else if (value.kind == Kind::kObject && leads_on(path)) {
      JsonCursor inner(value.raw);
      inner.next();
      walk(inner, path + ".");
    }
    return true;
  });
}

void LineFields::keep(const std::string& path, const JsonCursor::Value& value) {
  for (size_t i = 0; i < paths_.size(); ++i)
    if (values_[i].kind == Kind::kNull && paths_[i] == path) values_[i] = value;
}

bool LineFields::leads_on(const std::string& path) const {
  return std::any_of(paths_.begin(), paths_.end(), [&](const std::string& p) { return p.size() > path.size() && p[path.size()] == '.' && p.starts_with(path); });
}

std::string LineFields::text(size_t i) const {
  const auto& value = values_[i];
  if (value.kind == Kind::kNull) return {};
  std::string out(value.raw);
  if (value.kind == Kind::kString && value.raw.find('\\') != value.raw.npos) unescape_json(value.raw, out);
  return out;
}

}  // namespace sleipnir::api
