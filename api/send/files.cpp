// `sleipnir push`: files to a server, batch by batch.
#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <optional>

#include "api/ingest/line_fields.h"
#include "api/ingest/line_time.h"
#include "api/send/batch.h"
#include "api/send/client.h"
#include "api/send/options.h"
#include "api/send/progress.h"
#include "api/send/source.h"

namespace sleipnir::api {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kBatchBytes = 1 << 20;
constexpr auto kBatchTime = std::chrono::seconds(1);
constexpr int kPollMilliseconds = 200;

std::atomic<bool> stopped{false};

/// Without SA_RESTART, so that a read from a pipe ends, too.
void stop_on_signals() {
  struct sigaction action {};
  action.sa_handler = [](int) { stopped = true; };
  for (const int signal : {SIGINT, SIGTERM}) sigaction(signal, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

class Sender {
 public:
  Sender(const SendOptions& options, SendClient& client, std::vector<SendSource> sources)
      : options_(options), client_(client), sources_(std::move(sources)), batch_(options.labels), fields_({options.time_field}), progress_(isatty(STDERR_FILENO) == 1, total()) {}

  /// False when some line was not stored.
  bool run() {
    while (!sources_.empty() && !stopped) {
      bool idle = true;
      for (size_t i = 0; i < sources_.size();) {
        const auto read = read_some(sources_[i]);
        idle = idle && read == SendSource::Read::kNothingYet;
        if (read == SendSource::Read::kEnd) close(i);
        else ++i;
      }
      if (!batch_.empty() && Clock::now() - oldest_ >= kBatchTime) send();
      if (idle && !sources_.empty()) wait();
    }
    send();
    return ok_;
  }

 private:
  uint64_t total() const {
    uint64_t sum = 0;
    for (const SendSource& source : sources_) {
      if (options_.follow || source.size() == 0) return 0;
      sum += source.size();
    }
    return sum;
  }

  void close(size_t i) {
    if (!sources_[i].error().empty()) complain(sources_[i].error());
    sources_.erase(sources_.begin() + static_cast<ptrdiff_t>(i));
  }

  /// Until a pipe has something, or a moment for files.
  void wait() const {
    std::vector<pollfd> pipes;
    for (const SendSource& source : sources_) pipes.push_back({source.pollable(), POLLIN, 0});
    ::poll(pipes.data(), pipes.size(), kPollMilliseconds);
  }

  /// A bounded number of lines, so that every followed file gets its turn.
  SendSource::Read read_some(SendSource& source) {
    std::string_view line;
    for (int lines = 0; lines < 10'000 && !stopped; ++lines) {
      if (const auto read = source.next(line); read != SendSource::Read::kLine) return read;
      if (batch_.empty()) oldest_ = Clock::now();
      batch_.add(time_of(line), line);
      bytes_ += line.size() + 1;
      if (batch_.bytes() >= kBatchBytes) send();
    }
    return SendSource::Read::kLine;
  }

  /// Each time is later than the one before, so that equal lines are not taken for one that was sent twice.
  Nanos time_of(std::string_view line) {
    if (!options_.time_field.empty() && fields_.read(line))
      if (const auto time = parse_line_time(fields_.text(0))) return *time;
    return last_ = std::max(now(), last_ + 1);
  }

  void send() {
    if (batch_.empty()) return;
    if (auto done = client_.push(batch_.body(options_.gzip), stopped); done) lines_ += batch_.lines();
    else complain(done.error().message);
    batch_.clear();
    progress_.update(bytes_, lines_);
  }

  void complain(const std::string& text) {
    ok_ = false;
    std::fprintf(stderr, "\rsleipnir: %s\n", text.c_str());
  }

  const SendOptions& options_;
  SendClient& client_;
  std::vector<SendSource> sources_;
  SendBatch batch_;
  LineFields fields_;
  SendProgress progress_;
  Clock::time_point oldest_{};
  Nanos last_ = 0;
  uint64_t bytes_ = 0, lines_ = 0;
  bool ok_ = true;
};

}  // namespace

int send_files(const SendOptions& options) {
  auto client = SendClient::make(options);
  if (!client) {
    std::fprintf(stderr, "sleipnir: %s\n", client.error().message.c_str());
    return 2;
  }
  bool all = true;
  std::vector<SendSource> sources;
  for (const std::string& file : options.files) {
    if (auto source = SendSource::open(file, options.follow)) {
      sources.push_back(std::move(*source));
    } else {
      all = false;
      std::fprintf(stderr, "sleipnir: %s\n", source.error().message.c_str());
    }
  }
  stop_on_signals();
  return Sender(options, **client, std::move(sources)).run() && all ? 0 : 1;
}

}  // namespace sleipnir::api
