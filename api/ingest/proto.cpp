#include "api/ingest/proto.h"

#include <string>

#include "api/ingest/wire.h"

namespace sleipnir::api {
namespace {

using Wire = WireReader::Type;

/// The last step of every message: whatever stopped the reader.
Result<void> finish(const WireReader& reader) {
  if (reader.error()) return invalid(reader.error());
  return {};
}

Result<void> require(const WireReader& reader, Wire type, const char* field) {
  if (reader.type() == type) return {};
  return invalid("proto: wrong wireType = " + std::to_string(reader.type()) + " for field " + field);
}

/// Seconds and nanoseconds as Go's time.Time takes them; times beyond int64 nanoseconds are cut to its range.
Result<Nanos> to_nanos(int64_t seconds, int64_t nanos) {
  constexpr int64_t kYear1 = -62135596800, kYear10000 = 253402300800;
  const auto refuse = [&](const char* why) {
    return invalid("timestamp: seconds:" + std::to_string(seconds) + " nanos:" + std::to_string(nanos) + ": " + why);
  };
  if (seconds < kYear1) return refuse("before 0001-01-01");
  if (seconds >= kYear10000) return refuse("after 10000-01-01");
  if (nanos < 0 || nanos >= kSecond) return refuse("nanos not in range [0, 1e9)");
  Nanos t = 0;
  if (__builtin_mul_overflow(seconds, kSecond, &t) || __builtin_add_overflow(t, nanos, &t)) return seconds < 0 ? INT64_MIN : INT64_MAX;
  return t;
}

Result<Nanos> decode_timestamp(std::string_view message) {
  int64_t seconds = 0, nanos = 0;
  WireReader r(message);
  while (r.next()) {
    if (r.field() > 2) continue;
    if (auto ok = require(r, WireReader::kVarint, r.field() == 1 ? "Seconds" : "Nanos"); !ok) return ok.error();
    if (r.field() == 1) seconds = static_cast<int64_t>(r.number());
    else nanos = static_cast<int32_t>(r.number());
  }
  if (auto ok = finish(r); !ok) return ok.error();
  return to_nanos(seconds, nanos);
}

Result<Label> decode_label(std::string_view message) {
  Label label;
  WireReader r(message);
  while (r.next()) {
    if (r.field() > 2) continue;
    if (auto ok = require(r, WireReader::kBytes, r.field() == 1 ? "Name" : "Value"); !ok) return ok.error();
    (r.field() == 1 ? label.name : label.value).assign(r.bytes());
  }
  if (auto ok = finish(r); !ok) return ok.error();
  return label;
}

Result<void> decode_entry(std::string_view message, ReceivedEntry& entry, DecodeBudget& budget) {
  constexpr const char* kNames[] = {"", "Timestamp", "Line", "StructuredMetadata"};
  WireReader r(message);
  while (r.next()) {
    if (r.field() > 3) continue;
    if (auto ok = require(r, WireReader::kBytes, kNames[r.field()]); !ok) return ok;
    if (r.field() == 1) {
      auto t = decode_timestamp(r.bytes());
      if (!t) return t.error();
      entry.timestamp = *t;
    } else if (r.field() == 2) {
      entry.line = LineText::borrowed(r.bytes());
    } else {
      auto label = decode_label(r.bytes());
      if (!label) return label.error();
      budget.add(entry.metadata) = std::move(*label);
      if (budget.exhausted()) return DecodeBudget::error();
    }
  }
  return finish(r);
}

Result<void> decode_stream(std::string_view message, ReceivedStream& stream, DecodeBudget& budget) {
  WireReader r(message);
  while (r.next()) {
    if (r.field() > 2) continue;
    if (auto ok = require(r, WireReader::kBytes, r.field() == 1 ? "Labels" : "Entries"); !ok) return ok;
    if (r.field() == 1) {
      stream.label_text.assign(r.bytes());
    } else if (auto ok = decode_entry(r.bytes(), budget.add(stream.entries), budget); !ok) {
      return ok;
    }
    if (budget.exhausted()) return DecodeBudget::error();
  }
  return finish(r);
}

}  // namespace

Result<std::vector<ReceivedStream>> decode_push_proto(std::string_view message) {
  std::vector<ReceivedStream> streams;
  DecodeBudget budget;
  WireReader r(message);
  while (r.next()) {
    if (r.field() != 1) continue;
    if (auto ok = require(r, WireReader::kBytes, "Streams"); !ok) return ok.error();
    if (auto ok = decode_stream(r.bytes(), budget.add(streams), budget); !ok) return ok.error();
    if (budget.exhausted()) return DecodeBudget::error();
  }
  if (auto ok = finish(r); !ok) return ok.error();
  return streams;
}

}  // namespace sleipnir::api
