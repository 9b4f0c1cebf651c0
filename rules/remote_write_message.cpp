#include "rules/remote_write_message.h"

#include <snappy.h>

#include <protozero/pbf_writer.hpp>

namespace sleipnir::rules {
namespace {

constexpr size_t kMostSamples = 2000;
constexpr protozero::pbf_tag_type kTimeSeries = 1, kLabels = 1, kSamples = 2, kName = 1, kValue = 2, kSampleValue = 1, kTimestamp = 2;

/// Labels come sorted by name, as receivers expect them.
void append_series(std::string& out, const VectorSample& sample, int64_t milliseconds) {
  protozero::pbf_writer request(out);
  protozero::pbf_writer series(request, kTimeSeries);
  for (const Label& label : sample.labels) {
    protozero::pbf_writer pair(series, kLabels);
    pair.add_string(kName, label.name);
    pair.add_string(kValue, label.value);
  }
  protozero::pbf_writer point(series, kSamples);
  point.add_double(kSampleValue, sample.value);
  point.add_int64(kTimestamp, milliseconds);
}

}  // namespace

std::vector<Message> remote_write_messages(const std::string& tenant, const std::vector<VectorSample>& samples, Nanos at) {
  std::vector<Message> messages;
  for (size_t begin = 0; begin < samples.size(); begin += kMostSamples) {
    const size_t end = std::min(begin + kMostSamples, samples.size());
    std::string request, body;
    for (size_t i = begin; i < end; ++i) append_series(request, samples[i], at / kMillisecond);
    snappy::Compress(request.data(), request.size(), &body);
    messages.push_back({tenant, std::make_shared<const std::string>(std::move(body)), end - begin});
  }
  return messages;
}

}  // namespace sleipnir::rules
