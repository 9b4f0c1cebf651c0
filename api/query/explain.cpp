#include "api/query/explain.h"

#include "base/number.h"
#include "base/text.h"

namespace sleipnir::api {

void Explain::end_stage(std::string name) {
  const auto now = Clock::now();
  stages_.emplace_back(std::move(name), std::chrono::duration<double>(now - last_).count());
  last_ = now;
}

void Explain::append(std::string& out, const std::string& query, const ScanStats& stats, uint64_t returned) const {
  append_json_string(out += "{\"query\":", query);
  out += ",\"seconds\":{";
  for (const auto& [name, seconds] : stages_) append_sample(((out += '"') += name) += "\":", seconds), out += ',';
  append_sample(out += "\"store\":", source_.seconds());
  // From the outside in: each line counts what the one before let through.
  const std::pair<const char*, uint64_t> counts[] = {{"streamsMatched", stats.streams},
                                                     {"partsRuledOut", stats.parts_pruned},
                                                     {"partsRead", stats.parts},
                                                     {"bytesReadFromDisk", stats.compressed_bytes},
                                                     {"rowsLookedAt", stats.rows},
                                                     {"rowsOfThemInMemory", stats.head_rows},
                                                     {"lineBytesLookedAt", stats.bytes},
                                                     {"metadataBytesLookedAt", stats.metadata_bytes},
                                                     {"returned", returned}};
  out += "},\"counts\":{";
  for (const auto& [name, n] : counts) out.append("\"").append(name).append("\":").append(std::to_string(n)).append(name == std::string_view("returned") ? "}" : ",");
  source_.append(out += ",\"store\":");
  out += '}';
}

}  // namespace sleipnir::api
