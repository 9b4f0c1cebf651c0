#include <fcntl.h>
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <thread>

#include "api/config/command_line.h"
#include "api/http/server.h"
#include "spdlog/sinks/stdout_sinks.h"
#include "spdlog/spdlog.h"

namespace {

/// Pushes and blocks take and give back megabytes all the time: what is given back is kept for the next one, since clearing fresh pages was a tenth of a load.
/// What one arena keeps no other can use: as many as processors do as well as the eight times as many that would be usual.
void set_up_allocator() {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 64 << 20);
  mallopt(M_ARENA_MAX, static_cast<int>(std::max(2u, std::thread::hardware_concurrency())));
#endif
}

/// A closed one would become a file of the store, and get what is written to the log.
void open_standard_descriptors() {
  int descriptor;
  do descriptor = open("/dev/null", O_RDWR);
  while (descriptor >= 0 && descriptor <= STDERR_FILENO);
  close(descriptor);
}

}  // namespace

int main(int argc, char** argv) {
  open_standard_descriptors();
  auto command_line = sleipnir::api::parse_command_line(argc, argv);
  if (command_line.send) return sleipnir::api::send_files(*command_line.send);
  if (!command_line.config) return command_line.exit_status;
  set_up_allocator();
  spdlog::set_default_logger(spdlog::stderr_logger_mt("sleipnir"));
  spdlog::set_level(spdlog::level::from_str(command_line.config->log_level));
  if (auto done = sleipnir::api::run_server(*command_line.config); !done) {
    std::fprintf(stderr, "sleipnir: %s\n", done.error().message.c_str());
    return 1;
  }
  return 0;
}
