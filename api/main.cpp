#include <cstdio>

#include "api/command_line.h"
#include "api/server.h"
#include "spdlog/sinks/stdout_sinks.h"
#include "spdlog/spdlog.h"

int main(int argc, char** argv) {
  auto command_line = sleipnir::api::parse_command_line(argc, argv);
  if (command_line.send) return sleipnir::api::send_files(*command_line.send);
  if (!command_line.config) return command_line.exit_status;
  spdlog::set_default_logger(spdlog::stderr_logger_mt("sleipnir"));
  spdlog::set_level(spdlog::level::from_str(command_line.config->log_level));
  if (auto done = sleipnir::api::run_server(*command_line.config); !done) {
    std::fprintf(stderr, "sleipnir: %s\n", done.error().message.c_str());
    return 1;
  }
  return 0;
}
