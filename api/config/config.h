#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "rules/options.h"

namespace sleipnir::api {

/// What the server runs with: defaults, then the configuration file (Loki's names), then flags and their environment variables.
struct Config {
  std::string listen_host = "127.0.0.1";
  int listen_port = 3100;
  std::string path_prefix;  ///< in front of every path, without a slash at the end
  std::filesystem::path data_directory = "./data";
  std::string log_level = "info";
  bool strict = false;      ///< Loki's default limits, and none of our additions to the language
  bool fsync = true;
  std::string auth_file;                         ///< who may do what (credentials.h); "" lets everybody in
  std::string tls_certificate_file, tls_key_file;  ///< both or none

  uint64_t push_memory = 0;                      ///< bytes that pushes in progress may take together; 0: a quarter of process_memory()
  std::string syslog_host;                       ///< "" listens for no syslog
  int syslog_port = 0;
  std::string syslog_tenant;                     ///< "" is no_auth_tenant

  bool auth_enabled = false;
  std::string no_auth_tenant = "fake";
  bool multi_tenant_queries = false;
  Nanos delete_cancel_period = kDay;  ///< how long a delete request can be cancelled; afterwards its lines go from disk
  Limits limits;
  rules::Options ruler;

  std::vector<std::string> warnings;  ///< about the configuration file, to be logged
};

/// Reads a Loki configuration file into `config`. Keys that mean nothing here are collected in `warnings`.
/// Errors: kIo for an unreadable file; kInvalid for no YAML, a key given twice, a value of the wrong form: `/etc/x.yaml: line 3: limits_config.query_timeout: …`.
Result<void> read_config_file(const std::filesystem::path& file, Config& config);

/// The configuration as YAML, under the same names.
std::string config_yaml(const Config& config);

}  // namespace sleipnir::api
