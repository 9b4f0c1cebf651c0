#pragma once
// Label names made of keys (logql.md §6), without allocation where the key is a label name already.
#include <string>
#include <string_view>

#include "logql/stages/arena.h"

namespace sleipnir::logql {

/// sanitize_label_name() as a view of `key` or of the arena; empty for a blank key.
std::string_view label_name(std::string_view key, Arena& arena);

/// Appends the sanitised key to the path of the objects around it, with `_` between; a blank key adds nothing.
void append_label_name(std::string& path, std::string_view key);

}  // namespace sleipnir::logql
