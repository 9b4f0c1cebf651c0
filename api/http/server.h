#pragma once
#include "api/config/config.h"
#include "base/result.h"

namespace sleipnir::api {

/// Opens the store, listens, and serves until SIGTERM or SIGINT; then answers what is in progress and closes the store.
/// Call it before any thread is started: the signals are blocked for all of them. Errors: the address is taken, the data directory
/// cannot be used.
Result<void> run_server(const Config& config);

}  // namespace sleipnir::api
