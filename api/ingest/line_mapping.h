#pragma once
#include <string>
#include <vector>

#include "api/http/exchange.h"
#include "base/labels.h"
#include "base/result.h"

namespace sleipnir::api {

/// Which fields of a JSON line become stream labels, and which say when it was written. The line itself stays as it is.
struct LineMapping {
  struct FieldLabel { std::string name, path; };
  std::vector<FieldLabel> labels;       ///< a line without the field lacks the label
  std::vector<Label> constants;         ///< labels of every line
  std::vector<std::string> times;       ///< paths; the first one that is there and readable counts, else the time of receipt
  bool time_must_parse = false;         ///< the client named the field: a line whose time cannot be read is refused
};

/// The mapping that the URL asks for, each parameter repeated or with commas:
///   label=service&label=svc=service.name   a field, or a name for it; default: the names that loggers use for services and hosts
///   extra_label=env=prod                   a label for every line
///   time=timestamp                         default: @timestamp, timestamp, time, ts
/// and under VictoriaLogs' names `_stream_fields`, `extra_fields`, `_time_field`.
/// Errors (kInvalid): an empty name, `extra_label` without `=`, more than 50 labels.
Result<LineMapping> read_line_mapping(const Request& request);

}  // namespace sleipnir::api
