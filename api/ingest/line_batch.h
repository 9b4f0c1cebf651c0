#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "api/ingest/line_fields.h"
#include "api/ingest/line_mapping.h"
#include "api/ingest/request.h"
#include "api/service.h"

namespace sleipnir::api {

/// JSON lines on their way to the store, grouped into streams. Each line is known by the number that its sender gave it, so that every
/// refusal can name it and no refusal touches another line.
class LineBatch {
 public:
  /// `number` of the line, an HTTP status that fits, and why.
  using Refused = std::function<void(size_t number, int status, const std::string& why)>;

  explicit LineBatch(LineMapping mapping);

  /// Adds one line, byte for byte; it must outlive the commit. Errors: kInvalid for a line that is no JSON object or whose time cannot be read (the batch goes on), kTooLarge when
  /// the lines take too much memory.
  Result<void> add(size_t number, std::string_view line, const std::vector<Label>& more = {});

  /// Stores what was added, durably. 204 when every line was stored or named to `refused`; else nothing was stored, for the reason given.
  PushOutcome commit(Service& service, const std::string& tenant, const Refused& refused);

 private:
  Result<Nanos> time_of_line() const;
  ReceivedStream& stream(const std::vector<Label>& more);

  LineMapping mapping_;
  LineFields fields_;
  Nanos received_ = now();
  std::vector<ReceivedStream> streams_;
  std::vector<std::vector<size_t>> numbers_;  // as streams_
  std::unordered_map<std::string, size_t> by_labels_;
  DecodeBudget budget_;
};

}  // namespace sleipnir::api
