// Recorded answers of log queries, evaluated without store and server: entries of a dataset → pipeline → streams.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "base/text.h"
#include "doctest/doctest.h"
#include "logql/stages/pipeline.h"
#include "logql/syntax/parse.h"

namespace sleipnir::logql {
namespace {

using nlohmann::json;

struct StoredEntry {
  LabelSet stream, metadata;
  Nanos timestamp;
  std::string line;
  auto operator<=>(const StoredEntry&) const = default;
};

using Streams = std::map<LabelSet, std::vector<std::pair<Nanos, std::string>>>;

LabelSet labels_of(const json& object) {
  LabelSet labels;
  for (const auto& [name, value] : object.items()) labels.set(name, value.get<std::string>());
  return labels;
}

/// As ingestion stores it: metadata names are label names, and an entry sent twice is there once.
LabelSet metadata_of(const json& object) {
  LabelSet labels;
  for (const auto& [name, value] : object.items()) labels.set(sanitize_label_name(name), value.get<std::string>());
  return labels;
}

std::vector<StoredEntry> load(const std::filesystem::path& file) {
  std::vector<StoredEntry> entries;
  std::ifstream in(file);
  for (std::string text; std::getline(in, text);) {
    const json record = json::parse(text);
    entries.push_back({labels_of(record["labels"]), metadata_of(record.value("meta", json::object())), std::stoll(record["ts"].get<std::string>()),
                       record["line"].get<std::string>()});
  }
  std::set<StoredEntry> seen;
  std::erase_if(entries, [&](const StoredEntry& e) { return !seen.insert(e).second; });
  std::stable_sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.timestamp < b.timestamp; });
  return entries;
}

std::map<std::string, std::string> parameters(const json& request) {
  std::map<std::string, std::string> found;
  for (const char* key : {"params", "form"})
    if (request.contains(key))
      for (const json& pair : request[key]) found[pair[0]] = pair[1].is_string() ? pair[1].get<std::string>() : pair[1].dump();
  return found;
}

/// As an answer in JSON can say it: invalid UTF-8 is U+FFFD.
std::string as_utf8(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    char32_t rune;
    i += decode_utf8(text, i, rune);
    append_utf8(out, rune);
  }
  return out;
}

/// Labels that ingestion adds are not part of this test.
LabelSet without_discovered(LabelSet labels) {
  labels.erase("detected_level");
  labels.erase("service_name");
  return labels;
}

Nanos time_of(const std::map<std::string, std::string>& p, const char* name, Nanos otherwise) {
  const auto at = p.find(name);
  if (at == p.end()) return otherwise;
  if (at->second.find('T') != std::string::npos) return parse_rfc3339(at->second).value();
  const double value = std::stod(at->second);
  return value > 1e14 ? std::stoll(at->second) : static_cast<Nanos>(value * 1e9);
}

Streams evaluate(const std::vector<StoredEntry>& entries, const LogExpr& query, const std::map<std::string, std::string>& p, std::string& error) {
  Streams streams;
  auto pipeline = Pipeline::compile(query.stages);
  if (!pipeline) {
    error = pipeline.error().message;
    return streams;
  }
  auto runner = (*pipeline)->runner();
  const Nanos start = time_of(p, "start", INT64_MIN), end = time_of(p, "end", INT64_MAX);
  const bool forward = p.contains("direction") && p.at("direction") == "forward";
  size_t limit = p.contains("limit") ? std::stoul(p.at("limit")) : 100;
  std::vector<const StoredEntry*> order;
  for (const StoredEntry& e : entries) order.push_back(&e);
  if (!forward) std::reverse(order.begin(), order.end());
  for (const StoredEntry* e : order) {
    if (e->timestamp < start || e->timestamp >= end || limit == 0) continue;
    if (!std::all_of(query.matchers.begin(), query.matchers.end(), [&](const Matcher& m) { return m.matches(e->stream.get(m.name())); })) continue;
    ProcessedRow row;
    if (!runner->run(e->stream, e->metadata, e->timestamp, e->line, row)) continue;
    streams[without_discovered(row.labels->merged())].emplace_back(e->timestamp, as_utf8(row.line));
    --limit;
  }
  for (auto& [labels, rows] : streams) std::sort(rows.begin(), rows.end());
  return streams;
}

Streams expected(const json& answer) {
  Streams streams;
  for (const json& stream : answer["data"]["result"])
    for (const json& value : stream["values"])
      streams[without_discovered(labels_of(stream["stream"]))].emplace_back(std::stoll(value[0].get<std::string>()), value[1].get<std::string>());
  for (auto& [labels, rows] : streams) std::sort(rows.begin(), rows.end());
  return streams;
}

std::string text_of(const Streams& streams) {
  std::string text;
  for (const auto& [labels, rows] : streams) {
    text += labels.to_string() + "\n";
    for (const auto& [timestamp, line] : rows) text += "  " + std::to_string(timestamp) + " " + line + "\n";
  }
  return text;
}

/// The first lines that only one of the texts has.
std::string difference(const std::string& got, const std::string& want) {
  const auto lines = [](const std::string& s) {
    std::vector<std::string> all;
    std::istringstream in(s);
    for (std::string l; std::getline(in, l);) all.push_back(l.substr(0, 300));
    std::sort(all.begin(), all.end());
    return all;
  };
  const auto a = lines(got), b = lines(want);
  std::vector<std::string> only_got, only_want;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(only_got));
  std::set_difference(b.begin(), b.end(), a.begin(), a.end(), std::back_inserter(only_want));
  std::string out;
  for (size_t i = 0; i < std::min<size_t>(4, only_got.size()); ++i) out += "got  " + only_got[i] + "\n";
  for (size_t i = 0; i < std::min<size_t>(4, only_want.size()); ++i) out += "want " + only_want[i] + "\n";
  return out;
}

bool depends_on_ingestion(const json& c, const std::string& query) {
  const json& compare = c.value("compare", json::object());
  if (compare.contains("boundary_ts")) return true;
  for (const char* word : {"detected_level", "service_name", "range $k", "{{ . }}"})
    if (query.find(word) != std::string::npos) return true;
  return false;
}

}  // namespace

TEST_CASE("recorded log queries") {
  const char* folder = SLEIPNIR_TESTS "/conformance";
  std::map<std::string, std::vector<StoredEntry>> datasets;
  size_t checked = 0;
  for (const auto& file : std::filesystem::directory_iterator(std::filesystem::path(folder) / "cases")) {
    std::ifstream in(file.path());
    const json cases = json::parse(in)["cases"];
    for (const json& c : cases) {
      const auto& tags = c["tags"];
      if (std::find(tags.begin(), tags.end(), "log-query") == tags.end() || !c.contains("request") || !c["dataset"].is_string()) continue;
      const auto p = parameters(c["request"]);
      if (!p.contains("query") || p.contains("interval") || c["request"].dump().find("categorize") != std::string::npos) continue;
      const std::string query = p.at("query");
      if (depends_on_ingestion(c, query) || (!p.contains("start") && !p.contains("end"))) continue;
      const json& expect = c["expect"];
      const auto parsed = parse(query);
      if (!parsed || !(*parsed)->is_log()) continue;
      const std::string dataset = c["dataset"];
      if (!datasets.contains(dataset)) datasets[dataset] = load(std::filesystem::path(folder) / "data" / (dataset + ".jsonl"));
      std::string error;
      const Streams got = evaluate(datasets[dataset], std::get<LogExpr>((*parsed)->v), p, error);
      INFO(c["id"].get<std::string>(), "  ", query);
      if (expect["status"] == 200) {
        const std::string got_text = text_of(got), want_text = text_of(expected(expect["json"]));
        CHECK(error == "");
        CHECK(difference(got_text, want_text) == "");
        ++checked;
      } else if (expect.contains("text") && expect["text"].get<std::string>().find(": stage '") != std::string::npos) {
        CHECK(error == expect["text"].get<std::string>());
        ++checked;
      }
    }
  }
  MESSAGE(checked, " recorded answers checked");
  CHECK(checked > 100);
}

}  // namespace sleipnir::logql
