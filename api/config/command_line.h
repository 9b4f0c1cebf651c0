#pragma once
#include <optional>

#include "api/config/config.h"
#include "api/send/options.h"

namespace sleipnir::api {

/// What the command line asks for: a configuration to run the server with, files to send, or an exit status when all has been said already (--help, --version, mistakes).
struct CommandLine {
  std::optional<Config> config;
  std::optional<SendOptions> send;
  int exit_status = 0;
};

/// Flags beat their environment variables (SLEIPNIR_…), these beat the configuration file, that beats the defaults.
CommandLine parse_command_line(int argc, char** argv);

}  // namespace sleipnir::api
