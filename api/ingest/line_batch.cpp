#include "api/ingest/line_batch.h"

#include "api/ingest/commit.h"
#include "api/ingest/line_time.h"

namespace sleipnir::api {
namespace {

/// Labels first, then times.
std::vector<std::string> paths_of(const LineMapping& mapping) {
  std::vector<std::string> paths;
  for (const auto& label : mapping.labels) paths.push_back(label.path);
  paths.insert(paths.end(), mapping.times.begin(), mapping.times.end());
  return paths;
}

}  // namespace

LineBatch::LineBatch(LineMapping mapping) : mapping_(std::move(mapping)), fields_(paths_of(mapping_)) {}

Result<void> LineBatch::add(size_t number, std::string_view line, const std::vector<Label>& more) {
  if (auto read = fields_.read(line); !read) return read;
  const auto time = time_of_line();
  if (!time) return time.error();
  ReceivedStream& to = stream(more);
  ReceivedEntry& entry = budget_.add(to.entries);
  entry.timestamp = *time;
  entry.line = LineText::borrowed(line);
  numbers_[&to - streams_.data()].push_back(number);
  return budget_.exhausted() ? DecodeBudget::error() : Result<void>();
}

Result<Nanos> LineBatch::time_of_line() const {
  for (size_t i = 0; i < mapping_.times.size(); ++i) {
    const std::string text = fields_.text(mapping_.labels.size() + i);
    if (text.empty()) continue;
    if (const auto time = parse_line_time(text)) return *time;
    if (mapping_.time_must_parse) return invalid("the time in field '" + mapping_.times[i] + "' cannot be read: '" + text.substr(0, 100) + "'");
  }
  return received_;
}

ReceivedStream& LineBatch::stream(const std::vector<Label>& more) {
  std::vector<Label> labels;
  for (size_t i = 0; i < mapping_.labels.size(); ++i)
    if (std::string value = fields_.text(i); !value.empty()) labels.push_back({mapping_.labels[i].name, std::move(value)});
  labels.insert(labels.end(), more.begin(), more.end());
  labels.insert(labels.end(), mapping_.constants.begin(), mapping_.constants.end());  // of equal names the last wins
  std::string key;
  for (const Label& label : labels) ((key += label.name) += '\0').append(label.value) += '\0';
  const auto [it, fresh] = by_labels_.try_emplace(std::move(key), streams_.size());
  if (fresh) {
    budget_.charge(it->first.size() * 3);
    numbers_.emplace_back();
    budget_.add(streams_).labels = LabelSet(std::move(labels));
  }
  return streams_[it->second];
}

PushOutcome LineBatch::commit(Service& service, const std::string& tenant, const Refused& refused) {
  if (streams_.empty()) return {};
  const auto listen = [&](size_t stream, size_t entry, int status, const std::string& why) { refused(numbers_[stream][entry], status, why); };
  PushOutcome outcome = api::commit(service.store, tenant, service.config.limits, std::move(streams_), service.ingest, &service.tails, listen);
  return outcome.whole ? outcome : PushOutcome{};
}

}  // namespace sleipnir::api
